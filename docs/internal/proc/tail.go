package proc

import (
	"slices"
	"strings"
	"sync"
)

// tail is a writer that remembers the last lines written to it: enough for an
// error message, and bounded for a process that writes for ever.
type tail struct {
	keep int

	mu    sync.Mutex // guards the fields below
	lines []string
	part  []byte // a line that has not ended yet
	panic string // the line that says why a Go program broke down, which its stack follows
}

// breakdowns begin the lines in which a crashing Go program gives the cause. The last two
// are for a program that gets no thread, as with too small a ulimit -u.
var breakdowns = []string{"panic: ", "fatal error: ", "runtime: failed to create new OS thread", "runtime/cgo: pthread_create failed"}

// maxLine bounds the part of one line that is remembered.
const maxLine = 4096

func newTail(keep int) *tail { return &tail{keep: keep} }

// Write never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, b := range p {
		switch {
		case b == '\n':
			t.add()
		case len(t.part) < maxLine:
			t.part = append(t.part, b)
		}
	}
	return len(p), nil
}

func (t *tail) add() {
	line := strings.TrimSuffix(string(t.part), "\r")
	if t.panic == "" && slices.ContainsFunc(breakdowns, func(begin string) bool { return strings.HasPrefix(line, begin) }) {
		t.panic = line
	}
	t.lines = append(t.lines, line)
	t.part = t.part[:0]
	if excess := len(t.lines) - t.keep; excess > 0 {
		t.lines = slices.Delete(t.lines, 0, excess)
	}
}

// Lines returns the stored lines, oldest first, an unfinished one included.
func (t *tail) Lines() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := slices.Clone(t.lines)
	if len(t.part) > 0 {
		lines = append(lines, string(t.part))
	}
	return lines
}

// Why returns the line that best explains why a process has ended: its panic's if there
// was one, or else the last that is not empty. Without one it returns "".
func (t *tail) Why() string {
	if panic := t.Panic(); panic != "" {
		return panic
	}
	for _, line := range slices.Backward(t.Lines()) {
		if strings.TrimSpace(line) != "" {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// Panic returns the line with which a Go program explains its crash, or "".
func (t *tail) Panic() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.panic
}
