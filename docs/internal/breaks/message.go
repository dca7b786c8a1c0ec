package breaks

import (
	"regexp"
	"strings"
)

// noise matches the lines of a test's output that do not say why it failed: those of go
// test itself, and repetitions in testify's report.
var noise = regexp.MustCompile(`^\s*(=== |--- (FAIL|PASS|SKIP)|Test:\s|Error Trace:|\S+\.go:\d+:\s*$|$|time=|\d{4}/\d\d/\d\d \S+ (DEBUG|INFO|WARN|ERROR) |FAIL\s)`)

// continuation matches a further line of testify's Error Trace.
var continuation = regexp.MustCompile(`^\s+\S+\.(go|s):\d+$`)

// beginning matches the first line of what an assertion says: of testify's, or of the
// testing package.
var beginning = regexp.MustCompile(`^(Error:|\S+\.go:\d+: )`)

// widest is how much of a line is shown.
const widest = 160

// Message returns why the test failed, in its own words and at most that many lines. What
// several assertions say alike is in it once.
func (t Test) Message(most int) []string {
	var lines []string
	said := make(map[string]bool) // what assertions say
	for _, assertion := range t.assertions() {
		if text := strings.Join(assertion, "\n"); !said[text] {
			said[text] = true
			lines = append(lines, assertion...)
		}
	}
	if len(lines) > most {
		return append(lines[:most:most], "…")
	}
	return lines
}

// assertions returns what the test says without noise, by the assertion that failed.
func (t Test) assertions() [][]string {
	all := [][]string{nil}
	repeats := false // whether testify shows as a diff what it has just shown
	for _, line := range t.Output {
		text := []rune(strings.TrimSpace(strings.ReplaceAll(line, "\t", " ")))
		repeats = string(text) == "Diff:" || repeats && !strings.Contains(line, ".go:") && !strings.HasPrefix(string(text), "Messages:")
		switch {
		case strings.HasPrefix(line, "goroutine "): // a stack says no more to a reader
			return all
		case noise.MatchString(line), continuation.MatchString(line), repeats:
			continue
		case len(text) > widest:
			text = append(text[:widest], '…')
		}
		if beginning.MatchString(string(text)) {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], string(text))
	}
	return all
}
