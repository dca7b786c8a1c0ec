package console

import (
	"bufio"
	"io"
	"regexp"
	"strings"
	"sync"
)

// transcript is what the commands of a session print. A process in the
// background goes on writing to the stream of the command that started it.
type transcript struct {
	mark    string         // ends the lines that a command itself has printed
	changed chan struct{}  // holds something after a change
	mu      sync.Mutex     // guards the fields below
	lines   []line         // of all streams, in the order in which they came
	ended   map[int]string // what the shell said at the end of each command
	shown   map[int]int    // of each stream, how many of the lines, of all, have been passed
}

// line is a line that a command, or a process that it started, has printed.
type line struct {
	command int // its number
	text    string
	behind  bool // it came after the command's end
}

func newTranscript(mark string) *transcript {
	return &transcript{mark: mark, changed: make(chan struct{}, 1), ended: make(map[int]string), shown: make(map[int]int)}
}

// shellSays matches bash's message about a background process that was killed. A terminal
// shows it in another form, and later.
var shellSays = regexp.MustCompile(`: line \d+: +\d+ (Killed|Terminated|Stopped|Interrupt|Hangup|Done)\b`)

// read reads the stream of a command until it is closed.
func (t *transcript) read(command int, r io.Reader) {
	stream := bufio.NewReader(r)
	for {
		text, err := stream.ReadString('\n')
		if err != nil {
			return
		}
		t.add(command, strings.TrimRight(text, "\r\n"))
	}
}

func (t *transcript) add(command int, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	before, status, end := strings.Cut(text, t.mark)
	if (before != "" || !end) && !shellSays.MatchString(before) {
		_, ended := t.ended[command]
		t.lines = append(t.lines, line{command: command, text: before, behind: ended})
	}
	if end {
		t.ended[command] = strings.TrimSpace(status)
	}
	select {
	case t.changed <- struct{}{}:
	default:
	}
}

// status is what the shell said at a command's end; false while it runs.
func (t *transcript) status(command int) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	status, ok := t.ended[command]
	return status, ok
}

// count is how many lines there are.
func (t *transcript) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.lines)
}

// own returns what a command itself has printed.
func (t *transcript) own(command int) (texts []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, l := range t.lines {
		if l.command == command && !l.behind {
			texts = append(texts, l.text)
		}
	}
	return texts
}

// background returns the lines, from number from on, that background processes have
// printed and that may still be shown: all that came after the end of a command, and all
// lines of commands that started background processes. It leaves out the lines of a
// stream up to the one shown last. The indexes are those of show.
func (t *transcript) background(from int, starts func(command int) bool) (lines []line, indexes []int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := from; i < len(t.lines); i++ {
		l := t.lines[i]
		if i >= t.shown[l.command] && (l.behind || starts(l.command)) {
			lines, indexes = append(lines, l), append(indexes, i)
		}
	}
	return lines, indexes
}

// show records that the page has shown some lines.
func (t *transcript) show(indexes []int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, i := range indexes {
		t.shown[t.lines[i].command] = i + 1
	}
}
