package exercise

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"example.com/workshop/docs/hints"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

// Hints are the hints for one function.
type Hints struct {
	Hints []string // each says a little more than the one before, in Markdown
	Why   string   // why the stage's function is as it is
}

// HintsOf returns the hints of a stage, by function. A stage whose file is not
// there has none.
func HintsOf(s stages.Stage) (map[string]Hints, error) {
	name := fmt.Sprintf("stage%02d.md", s.Number)
	text, err := fs.ReadFile(hints.Files, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	all, err := ParseHints(string(text))
	if err != nil {
		return nil, fmt.Errorf("docs/hints/%s: %w", name, err)
	}
	return all, nil
}

// item matches the first line of a hint.
var item = regexp.MustCompile(`^[0-9]+\. +`)

// ParseHints reads a file of hints: a heading of the second level for each
// function, a numbered list below it, and a paragraph that begins with "Why:". A
// hint may have several paragraphs and code, indented as Markdown asks.
func ParseHints(text string) (map[string]Hints, error) {
	all := make(map[string]Hints)
	name, fenced := "", false
	var h Hints
	var current *strings.Builder
	end := func(add func(string)) func() {
		b := new(strings.Builder)
		current = b
		return func() { add(strings.TrimSpace(b.String())) }
	}
	finish := func() {}
	save := func() {
		finish()
		finish, current = func() {}, nil
		if name != "" {
			all[name] = h
		}
	}
	for i, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		heading, isHeading := strings.CutPrefix(line, "## ")
		switch {
		case fenced:
		case isHeading:
			save()
			name, h = strings.Trim(strings.TrimSpace(heading), "`"), Hints{}
			if _, twice := all[name]; twice {
				return nil, fmt.Errorf("line %d: %s has two headings", i+1, name)
			}
			continue
		case name == "":
			continue // a title or an introduction
		case item.MatchString(line):
			finish()
			finish = end(func(text string) { h.Hints = append(h.Hints, text) })
			line = strings.Repeat(" ", len(item.FindString(line))) + item.ReplaceAllString(line, "")
		case strings.HasPrefix(line, "Why:"):
			finish()
			finish = end(func(text string) { h.Why = text })
			line = strings.TrimPrefix(line, "Why:")
		}
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		}
		if current != nil {
			current.WriteString(unindent(line) + "\n")
		} else if strings.TrimSpace(line) != "" {
			return nil, fmt.Errorf("line %d: a hint begins with its number, and the reason with the word Why", i+1)
		}
	}
	save()
	return all, nil
}

// unindent takes away the indentation of what belongs to an item of a list.
func unindent(line string) string {
	for range 3 {
		line = strings.TrimPrefix(line, " ")
	}
	return line
}

// Prose lays out Markdown for a terminal: paragraphs are wrapped, code stays.
func Prose(text string) string {
	var out []string
	fenced := false
	var paragraph []string
	flush := func() {
		if len(paragraph) > 0 {
			out = append(out, term.Wrap(strings.Join(paragraph, " "), term.Width))
			paragraph = nil
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "```"):
			flush()
			fenced = !fenced
		case fenced:
			out = append(out, "    "+strings.ReplaceAll(line, "\t", "    "))
		case strings.TrimSpace(line) == "":
			flush()
			out = append(out, "")
		case strings.HasPrefix(line, "    "), strings.HasPrefix(line, "- "):
			flush()
			out = append(out, line)
		default:
			paragraph = append(paragraph, strings.TrimSpace(line))
		}
	}
	flush()
	return strings.Join(out, "\n")
}
