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

// widest is how much of a line is shown.
const widest = 160

// Message returns why the test failed, in its own words and at most that many lines.
func (t Test) Message(most int) []string {
	var lines []string
	repeats := false // whether testify shows as a diff what it has just shown
	for _, line := range t.Output {
		text := []rune(strings.TrimSpace(strings.ReplaceAll(line, "\t", " ")))
		repeats = string(text) == "Diff:" || repeats && !strings.Contains(line, ".go:") && !strings.HasPrefix(string(text), "Messages:")
		switch {
		case strings.HasPrefix(line, "goroutine "): // a stack says no more to a reader
			return lines
		case noise.MatchString(line), continuation.MatchString(line), repeats:
			continue
		case len(lines) == most:
			return append(lines, "…")
		case len(text) > widest:
			text = append(text[:widest], '…')
		}
		lines = append(lines, string(text))
	}
	return lines
}
