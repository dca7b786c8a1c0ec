package breaks

import (
	"regexp"
	"strings"
)

// noise matches the lines of a test's output that say nothing of why it failed:
// those of go test itself, and of testify's report where it repeats them.
var noise = regexp.MustCompile(`^\s*(=== |--- (FAIL|PASS|SKIP)|Test:\s|Error Trace:|\S+\.go:\d+:\s*$|$|time=|\d{4}/\d\d/\d\d \S+ (DEBUG|INFO|WARN|ERROR) |FAIL\s)`)

// continuation matches a further line of testify's Error Trace.
var continuation = regexp.MustCompile(`^\s+\S+\.(go|s):\d+$`)

// widest is how much of a line is shown.
const widest = 160

// Message is what the test says of why it failed, in at most that many lines.
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
