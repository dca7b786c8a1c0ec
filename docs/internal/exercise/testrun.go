package exercise

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/stages"
)

// testRun is a run of some tests of a package.
type testRun struct {
	binary string
	dir    string   // of the package
	tests  []string // by name
	env    []string
	limit  time.Duration // after which the tests are stopped
}

// verdict is what came of it.
type verdict struct {
	Passed   bool
	Ran      int      // tests that began
	Failed   string   // the first test that failed
	Lines    []string // what it said
	Panic    string   // what the program panicked with, if it did
	Trace    []string // the lines after that
	TimedOut bool
	Seconds  float64
	Text     string // all that was said
}

// outputLimit bounds what is kept of what tests say: a loop can print without an
// end.
const outputLimit = 4 << 20

// output keeps what is written to it, up to outputLimit, and says when a test has
// failed.
type output struct {
	text   []byte
	failed chan struct{} // closed then
	told   bool
}

func (o *output) Write(p []byte) (int, error) {
	from := max(0, len(o.text)-len(failMark))
	o.text = append(o.text, p[:min(len(p), outputLimit-len(o.text))]...)
	if !o.told && bytes.Contains(o.text[from:], []byte(failMark)) {
		o.told = true
		close(o.failed)
	}
	return len(p), nil
}

// failMark begins the line with which a test ends that has failed.
const failMark = "\x16--- FAIL: "

// atOnce is how many tests that may run at the same time do: where one waits in
// vain, another says why.
const atOnce = 8

const (
	// hangGrace is what a test binary has to say where it hangs, after its limit.
	hangGrace = 3 * time.Second
	// failGrace is what it has to end after the first test has failed: to report a
	// panic. Other tests that run at the same time may wait for long.
	failGrace = 500 * time.Millisecond
)

// run runs the tests in a process of their own, which ends with ctx.
func (r testRun) run(ctx context.Context) (verdict, error) {
	group := proc.NewGroup(0)
	said := &output{failed: make(chan struct{})}
	args := []string{
		"-test.run=^(" + strings.Join(r.tests, "|") + ")$", "-test.failfast", "-test.v=test2json", "-test.paniconexit0",
		"-test.timeout=" + r.limit.String(), "-test.parallel=" + strconv.Itoa(max(atOnce, runtime.NumCPU())),
	}
	began := time.Now()
	p, err := group.Start(proc.Command{
		Name: filepath.Base(r.binary), Path: r.binary, Args: args, Dir: r.dir, Env: append(r.env, "GOWORK=off"), Stdout: said, Stderr: said,
	})
	if err != nil {
		return verdict{}, err
	}
	hung := false
	limit := time.NewTimer(r.limit + hangGrace)
	defer limit.Stop()
	select {
	case <-p.Done():
	case <-said.failed:
		limit.Reset(failGrace)
		select {
		case <-p.Done():
		case <-limit.C:
		case <-ctx.Done():
		}
	case <-limit.C:
		hung = true
	case <-ctx.Done():
	}
	if err := errors.Join(p.Kill(), group.Close()); err != nil && ctx.Err() == nil {
		return verdict{}, err
	}
	if ctx.Err() != nil {
		return verdict{}, ctx.Err()
	}
	v := read(string(said.text))
	v.Passed = p.Err() == nil && !hung
	v.TimedOut = v.TimedOut || hung
	v.Seconds = time.Since(began).Seconds()
	return v, nil
}

var (
	// switchesTo matches what the testing package says before the output of a test.
	switchesTo = regexp.MustCompile(`^=== (?:RUN|CONT|NAME) +(.*)$`)
	pauses     = regexp.MustCompile(`^=== PAUSE `)
	ends       = regexp.MustCompile(`^ *--- (PASS|FAIL|SKIP): (\S+)`)
)

// timedOut begins the panic of a test binary at its limit.
const timedOut = "panic: test timed out after"

// read makes a verdict of what a test binary said with -test.v=test2json, which
// marks its own lines with a control character.
func read(text string) verdict {
	v := verdict{Text: strings.ReplaceAll(text, "\x16", "")}
	said := make(map[string][]string) // by each test that is no part of another one
	running, trace := "", -1
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\x16", "\n\x16"), "\n")
	for i, line := range lines {
		own, marked := strings.CutPrefix(line, "\x16")
		line = own
		top, _, _ := strings.Cut(running, "/")
		switch {
		case marked && switchesTo.MatchString(line):
			running = switchesTo.FindStringSubmatch(line)[1]
			if strings.HasPrefix(line, "=== RUN") && !strings.Contains(running, "/") {
				v.Ran++
			}
		case marked && pauses.MatchString(line):
			running = ""
		case marked && ends.MatchString(line):
			found := ends.FindStringSubmatch(line)
			if found[1] == "FAIL" && v.Failed == "" {
				v.Failed, _, _ = strings.Cut(found[2], "/")
			}
		case trace < 0 && isPanic(lines[i:]):
			trace = i
		case trace < 0 && line != "" && line != "FAIL" && line != "PASS":
			said[top] = append(said[top], line)
		}
	}
	if trace >= 0 {
		v.Panic = strings.TrimSuffix(strings.TrimSuffix(lines[trace], " [recovered, repanicked]"), " [recovered]")
		v.TimedOut = strings.HasPrefix(v.Panic, timedOut)
		v.Trace = lines[trace+1:]
		if v.Failed == "" {
			v.Failed, _, _ = strings.Cut(running, "/")
		}
		if v.TimedOut {
			v.Failed = hanging(v.Trace)
		}
	}
	v.Lines = said[v.Failed]
	return v
}

// isPanic says that the first of some lines begins the report of a program that
// has broken down: not what some log says of a panic that was caught.
func isPanic(lines []string) bool {
	if !strings.HasPrefix(lines[0], "panic: ") && !strings.HasPrefix(lines[0], "fatal error: ") {
		return false
	}
	for _, line := range lines[1:] {
		if strings.HasPrefix(line, "goroutine ") && strings.HasSuffix(line, ":") {
			return true
		}
		if strings.HasPrefix(line, "=== ") {
			return false
		}
	}
	return false
}

// hanging is the test that ran when the limit came.
func hanging(trace []string) string {
	for i, line := range trace {
		if strings.HasPrefix(strings.TrimSpace(line), "running tests:") && i+1 < len(trace) {
			name, _, _ := strings.Cut(strings.TrimSpace(trace[i+1]), " ")
			top, _, _ := strings.Cut(name, "/")
			return top
		}
	}
	return ""
}

// frame matches the place of a call in a trace.
var frame = regexp.MustCompile(`^\t(.+\.go):([0-9]+)`)

// place is the first call of a trace that stands in the copy and in no test:
// where the program was when it broke down.
func (v verdict) place(dir string) string {
	for _, line := range v.Trace {
		found := frame.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		name, err := filepath.Rel(dir, filepath.FromSlash(found[1]))
		if err != nil || !filepath.IsLocal(name) || strings.HasPrefix(filepath.Base(name), toolPrefix) || stages.IsTest(filepath.ToSlash(name)) {
			continue
		}
		return fmt.Sprintf("%s:%s", filepath.ToSlash(name), found[2])
	}
	return ""
}
