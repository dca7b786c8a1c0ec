package exercise

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

// verdict is the result of a run of tests.
type verdict struct {
	Passed   bool
	Ran      int      // tests that began
	Failed   string   // the first test that failed
	Lines    []string // what it said
	Panic    string   // what the program panicked with, if it did
	Trace    []string // the lines after that
	TimedOut bool
	Endless  bool // no test failed before the output reached its limit; Failed is then the test that was running
	Seconds  float64
	Text     string // all that was said
}

var (
	// switchesTo matches what the testing package says before the output of a test.
	switchesTo = regexp.MustCompile(`^=== (?:RUN|CONT|NAME) +(.*)$`)
	pauses     = regexp.MustCompile(`^=== PAUSE `)
	ends       = regexp.MustCompile(`^ *--- (PASS|FAIL|SKIP): (\S+)`)
)

// timedOut begins the panic of a test binary at its limit.
const timedOut = "panic: test timed out after"

// read returns the verdict of a test binary's output with -test.v=test2json, which marks
// the binary's own lines with a control character.
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
	if v.Endless = len(text) >= outputLimit && v.Failed == "" && v.Panic == ""; v.Endless {
		v.Failed, _, _ = strings.Cut(running, "/")
	}
	v.Lines = said[v.Failed]
	return v
}

// isPanic reports whether lines begin with the report of a program that has crashed, and
// not with a log of a panic that was recovered.
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

// hanging returns the test that was running at the limit.
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

// endless says that the tests of a package printed without end, and what they printed.
// The last line may be cut off, so it is the one before.
func (v verdict) endless(pkg string) string {
	whole := v.Text[:strings.LastIndexByte(v.Text, '\n')+1]
	return fmt.Sprintf("the tests of ./%s printed without end (last line: %s): probably a loop that goes on after an error", pkg, lastLine(whole))
}

// frame matches the place of a call in a trace.
var frame = regexp.MustCompile(`^\t(.+\.go):([0-9]+)`)

// place returns the first call of a trace that is in the copy and in no test: that is
// where the program crashed.
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
