// Package difftext shows what a stage changes, in the order in which a reader
// should take it in.
//
// The one rule: the lesson and nothing else. Module paths read the same in
// every stage, a hunk that changes only imports is left out, and tests and steps
// that are not core have a line each unless they are asked for.
package difftext

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

// Options choose what of a diff is shown in full. Everything else has a line with its
// size.
type Options struct {
	Deep  bool // deep steps too, not core alone
	All   bool // given steps too, and deep ones
	Tests bool // tests too
	Step  int  // this step alone, whatever its role; 0 means all of them
}

// shows says whether the options show step number n in full.
func (o Options) shows(n int, role stages.Role) bool {
	switch {
	case o.Step > 0:
		return n == o.Step
	case role == stages.Deep:
		return o.Deep || o.All
	case role == stages.Given:
		return o.All
	}
	return true
}

// Write prints what changes from one stage to another, step by step; from 0
// shows a whole stage.
func Write(screen *term.Screen, root string, all []stages.Stage, from, to int, opts Options) error {
	changes, err := stages.Changes(root, all, from, to)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(screen)
	w := &writer{
		Screen: screen, out: out, all: all, from: from, to: to, opts: opts,
		changes: changes, shown: make(map[string]bool), listed: make(map[string]bool),
	}
	for _, s := range all {
		if s.Number > from && s.Number <= to {
			w.stage(s)
		}
	}
	if opts.Step == 0 {
		w.rest()
	}
	return out.Flush()
}

// writer prints one diff. A file that several stages change is shown once, at
// the first step that names it and is shown.
type writer struct {
	*term.Screen
	out      *bufio.Writer
	all      []stages.Stage
	from, to int
	opts     Options
	changes  map[string]stages.Change
	shown    map[string]bool
	listed   map[string]bool // by a step, shown or not
}

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(w.out, format, args...) }

func (w *writer) stage(s stages.Stage) {
	w.printf("%s\n", w.Bold(fmt.Sprintf("Stage %d: %s", s.Number, s.Idea)))
	number := 0
	for i, part := range s.Parts {
		if len(s.Parts) > 1 && w.opts.Step == 0 {
			w.printf("\n%s\n%s\n", w.Bold(fmt.Sprintf("Part %d: %s", i+1, part.Title)), term.Wrap(part.Outcome, term.Width))
		}
		for _, step := range part.Steps {
			number++
			w.step(fmt.Sprintf("%d.%d", s.Number, number), step, w.opts.shows(number, step.Role))
		}
	}
	if w.opts.Step == 0 {
		w.gone(s)
	}
	w.printf("\n")
}

// step shows a step, or says in a line what there is to see.
func (w *writer) step(number string, step stages.Step, full bool) {
	names := step.Covers(w.changes)
	for _, name := range names {
		w.listed[name] = true
	}
	size := step.Size(w.changes)
	if !full {
		if w.opts.Step == 0 {
			w.printf("\n%s\n", w.Dim(fmt.Sprintf("%s %s: %s, %d lines and %d of tests", number, step.Title, step.Role, size.Lines, size.Tests)))
		}
		return
	}
	w.printf("\n%s %s\n", w.Bold(number+" "+step.Title), w.Dim(fmt.Sprintf("(%s, %d min)", step.Role, size.Minutes)))
	w.printf("%s\n", term.Wrap(step.Why, term.Width))
	if len(step.Write) > 0 {
		w.printf("%s\n", term.Wrap("To write: "+strings.Join(step.Write, ", "), term.Width))
	}
	if step.Try != "" {
		w.printf("To try: %s\n", step.Try)
	}
	for _, name := range names {
		w.once(w.changes[name])
	}
}

// once shows a change if it has not been shown yet. Tests are folded into a
// line unless they are asked for.
func (w *writer) once(c stages.Change) {
	if w.shown[c.Path] {
		return
	}
	w.shown[c.Path] = true
	if stages.IsTest(c.Path) && !w.opts.Tests {
		added, deleted := c.Lines()
		w.printf("\n%s\n", w.Dim(fmt.Sprintf("%s: tests, %d lines new and %d gone", c.Path, added, deleted)))
		return
	}
	w.show(c)
}

// gone prints the files and tests that the stage has no more.
func (w *writer) gone(s stages.Stage) {
	tell := func(name, to, reason string) {
		what := "is gone"
		if to != "" {
			what = "is now " + to
		}
		w.printf("\n%s\n", w.Bold(name+" "+what))
		if reason != "" {
			w.printf("%s\n", term.Wrap(reason, term.Width))
		}
	}
	for _, g := range s.Gone {
		w.listed[g.Path] = true
		if !stages.IsTest(g.Path) || w.opts.Tests {
			tell(g.Path, g.To, g.Reason)
		}
	}
	if w.opts.Tests {
		for _, g := range s.GoneTests {
			tell(g.Name, g.To, g.Reason)
		}
	}
}

// rest shows what no step names, while someone is still working on the stage.
func (w *writer) rest() {
	var rest []string
	for _, name := range slices.Sorted(maps.Keys(w.changes)) {
		if !w.listed[name] {
			rest = append(rest, name)
		}
	}
	if len(rest) == 0 {
		return
	}
	w.printf("%s\n", w.Bold("Changed, but in no step"))
	for _, name := range rest {
		w.once(w.changes[name])
	}
}

func (w *writer) show(c stages.Change) {
	hunks := Hunks(c)
	if len(hunks) == 0 && c.From == c.Path {
		return
	}
	w.printf("\n%s\n%s\n", w.Bold("--- "+w.label(w.from, c.From)), w.Bold("+++ "+w.label(w.to, name(c))))
	if c.Generated() {
		w.printf("%s\n", w.Cyan("written by a program, for no reader"))
		return
	}
	WriteHunks(w.out, w.Screen, hunks)
}

// WriteHunks prints hunks to out in the colours of screen.
func WriteHunks(out io.Writer, screen *term.Screen, hunks []Hunk) {
	for _, h := range hunks {
		fmt.Fprintf(out, "%s\n", screen.Cyan(h.head()))
		for _, line := range h.Lines {
			text := strings.TrimSuffix(line.Content, "\n")
			switch line.Kind {
			case udiff.Insert:
				text = screen.Green("+" + text)
			case udiff.Delete:
				text = screen.Red("-" + text)
			default:
				text = " " + text
			}
			fmt.Fprintf(out, "%s\n", text)
		}
	}
}

// name is the file's path after the change; empty if it is gone.
func name(c stages.Change) string {
	if c.Deleted {
		return ""
	}
	return c.Path
}

// label is a file's path from the repository's root, as diff prints it.
func (w *writer) label(number int, name string) string {
	s, err := stages.Find(w.all, number)
	if err != nil || name == "" {
		return "/dev/null"
	}
	return s.Dir + "/" + name
}
