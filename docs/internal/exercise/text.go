package exercise

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

// shownLines is how many lines of a failing test's message a report shows: half from the
// beginning, and half from the end, where the reason stands.
const shownLines = 24

// Print shows the report to people. The last line says what to do next.
func (r Report) Print(s *term.Screen) {
	fmt.Fprintf(s, "%s %s\n\n", s.Bold(fmt.Sprintf("Stage %d: %s", r.Stage, r.Idea)),
		s.Dim(fmt.Sprintf("(%s, %d of %s solved)", r.Folder, r.Solved, Count(r.Total, "function"))))
	for _, line := range r.sinceLines() {
		fmt.Fprintln(s, s.Yellow(line))
	}
	if r.Note != "" {
		fmt.Fprintf(s, "%s\n\n", s.Yellow(term.Wrap(r.Note, term.Width)))
	}
	wide := 0
	for _, step := range r.Steps {
		wide = max(wide, utf8.RuneCountInString(step.label(r.Stage)))
	}
	for _, step := range r.Steps {
		step.print(s, r.Stage, wide)
	}
	if r.Limits != nil {
		r.Limits.print(s, r.Stage, wide)
	}
	fmt.Fprintf(s, "\n%s %s\n", s.Bold("next:"), r.Next)
}

// sinceLines returns lines that say how the stage has changed since the copy was made.
func (r Report) sinceLines() []string {
	if len(r.Since) == 0 {
		return nil
	}
	lines := []string{"Since this copy was made, the stage has changed:"}
	for i, name := range r.Since {
		if i == 8 {
			lines = append(lines, fmt.Sprintf("    and %d more", len(r.Since)-i))
			break
		}
		lines = append(lines, "    "+name)
	}
	return append(lines, fmt.Sprintf("Your copy stays as it is. go run ./docs reset %d NAME takes a function anew, and reset %d all", r.Stage, r.Stage),
		"of them, after a copy to work/.backup.", "")
}

func (r Result) label(stage int) string { return fmt.Sprintf("%d.%d %s", stage, r.Step, r.Title) }

// print prints a step on one line, and below it why it is not solved.
func (r Result) print(s *term.Screen, stage, wide int) {
	paint := map[Status]func(string) string{Solved: s.Green, Red: s.Red, Blank: s.Yellow}[r.Status]
	if paint == nil {
		paint = s.Dim
	}
	label := r.label(stage)
	fmt.Fprintf(s, "  %s  %s%s  ", paint(fmt.Sprintf("%-7s", r.Status)), label, strings.Repeat(" ", max(0, wide-utf8.RuneCountInString(label))))
	var names []string
	for _, f := range r.Functions {
		name := f.Name
		if f.Status == Blank && r.Status != Blank || f.Status == Solved && (r.Status == Blank || r.Status == Waits) || f.Status == Red || f.Status == Begun {
			name += " (" + string(f.Status) + ")"
		}
		names = append(names, name)
	}
	cause := ""
	if r.Status == Waits {
		cause = "for " + r.Failure.cause() + "; "
	}
	fmt.Fprintf(s, "%s%s\n", cause, s.Dim(strings.Join(names, ", ")))
	if r.Failure != nil {
		r.explain(s)
	}
}

// explain prints what failed, the message, where to look, and how to run the test alone.
func (r Result) explain(s *term.Screen) {
	f := r.Failure
	for _, function := range r.subjects() {
		name := function.Name
		switch {
		case f.Blame != nil && f.Kind == "compile":
			name += ", of another step, does not compile. It"
		case f.Blame != nil:
			name += ", of another step, fails a test of this one. It"
		}
		fmt.Fprintf(s, "           %s is in %s\n", name, s.Cyan(fmt.Sprintf("%s:%d", function.File, function.Line)))
	}
	switch f.Kind {
	case "compile":
		if f.Blame == nil {
			what := "it"
			if r.Status == Waits {
				what = f.cause()
			}
			fmt.Fprintf(s, "           %s\n", s.Red(what+" does not compile:"))
		}
	case "begun":
		fmt.Fprintf(s, "           %s\n", s.Red("the tests of this step pass, but it is not finished:"))
	case "time":
		fmt.Fprintf(s, "           %s\n", s.Red(cmp.Or(f.Test, "the test binary")+" does not end"))
	default:
		fmt.Fprintf(s, "           %s\n", s.Red(cmp.Or(f.Test, "the test binary")+" fails:"))
	}
	skipped := max(0, len(f.Message)-shownLines)
	for i, line := range f.Message {
		switch {
		case i == shownLines/2 && skipped > 0:
			fmt.Fprintf(s, "             %s\n", s.Dim(fmt.Sprintf("… %s …", Count(skipped, "line"))))
		case i < shownLines/2 || i >= shownLines/2+skipped:
			fmt.Fprintf(s, "             %s\n", line)
		}
	}
	if f.Place != "" {
		fmt.Fprintf(s, "           at %s\n", s.Cyan(f.Place))
	}
	if r.Chapter != "" && f.Kind != "compile" {
		fmt.Fprintf(s, "           explained in %s, %s\n", r.Chapter, r.Section)
	}
	if f.Command != "" {
		with := ": "
		if strings.HasPrefix(f.Command, "go run ./docs check ") { // whose result may differ for that
			with = ", with the stage's own in the place of all other functions:\n             "
		}
		fmt.Fprintf(s, "           that test alone%s%s\n", with, f.Command)
	}
}

// cause returns what a step waits for: a function of another step, or a file.
func (f *Failure) cause() string {
	if f.Blame != nil {
		return f.Blame.Name
	}
	return f.files[0]
}

// subjects returns the functions that a failure is about: the one to blame, the first
// blank one, or all that are written. If files other than tests do not compile, it leaves
// out the functions in other files.
func (r Result) subjects() []Function {
	if r.Failure.Blame != nil {
		return []Function{*r.Failure.Blame}
	}
	var written []Function
	for _, f := range r.Functions {
		switch {
		case f.Line == 0 || r.Failure.elsewhere(f):
		case f.Status == Red, f.Status == Blank && r.Status == Blank:
			return []Function{f}
		case f.hasText() && r.Status == Red:
			written = append(written, f)
		}
	}
	return written
}

// elsewhere reports whether something does not compile, and not in the function's file.
func (f *Failure) elsewhere(function Function) bool {
	return len(f.files) > 0 && !slices.ContainsFunc(f.files, func(file string) bool {
		return stages.IsTest(file) || strings.HasSuffix(function.File, "/"+file)
	})
}
