// Package difftext shows what a stage changes, in the order in which a reader
// should take it in.
//
// The one rule: the lesson and nothing else. Module paths read the same in
// every stage, and a hunk that changes only imports is left out.
package difftext

import (
	"bufio"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

// Write prints all that changes from one stage to another, step by step; from 0
// shows a whole stage.
func Write(screen *term.Screen, root string, all []stages.Stage, from, to int) error {
	changes, err := stages.Changes(root, all, from, to)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(screen)
	w := &writer{Screen: screen, out: out, all: all, from: from, to: to, left: changes}
	for _, s := range all {
		if s.Number > from && s.Number <= to {
			w.stage(s)
		}
	}
	w.rest()
	return out.Flush()
}

// writer prints one diff. A file that several stages change is shown once, at
// the first step that names it.
type writer struct {
	*term.Screen
	out      *bufio.Writer
	all      []stages.Stage
	from, to int
	left     map[string]stages.Change // not shown yet
}

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(w.out, format, args...) }

func (w *writer) stage(s stages.Stage) {
	w.printf("%s\n", w.Bold(fmt.Sprintf("Stage %d: %s", s.Number, s.Idea)))
	for i, step := range s.Steps {
		w.printf("\n%s\n", w.Bold(fmt.Sprintf("%d.%d %s", s.Number, i+1, step.Title)))
		w.printf("%s\n", term.Wrap(step.Why, term.Width))
		for _, entry := range step.Files {
			for _, name := range stages.Covers(entry, w.left) {
				w.show(w.left[name])
			}
		}
	}
	for _, g := range s.Gone {
		what := "is gone"
		if g.To != "" {
			what = "is now " + g.To
		}
		w.printf("\n%s\n%s\n", w.Bold(g.Path+" "+what), term.Wrap(g.Reason, term.Width))
		if change, ok := w.left[g.Path]; ok && change.Deleted {
			delete(w.left, g.Path)
		}
	}
	w.printf("\n")
}

// rest shows what no step names: someone is at work on the stage.
func (w *writer) rest() {
	if len(w.left) == 0 {
		return
	}
	w.printf("%s\n", w.Bold("Changed, but in no step"))
	for _, name := range slices.Sorted(maps.Keys(w.left)) {
		w.show(w.left[name])
	}
}

func (w *writer) show(c stages.Change) {
	delete(w.left, c.Path)
	hunks := Hunks(c)
	if len(hunks) == 0 && c.From == c.Path {
		return
	}
	w.printf("\n%s\n%s\n", w.Bold("--- "+w.label(w.from, c.From)), w.Bold("+++ "+w.label(w.to, name(c))))
	if c.Generated() {
		w.printf("%s\n", w.Cyan("written by a program, for no reader"))
		return
	}
	for _, h := range hunks {
		w.printf("%s\n", w.Cyan(h.head()))
		for _, line := range h.Lines {
			text := strings.TrimSuffix(line.Content, "\n")
			switch line.Kind {
			case udiff.Insert:
				text = w.Green("+" + text)
			case udiff.Delete:
				text = w.Red("-" + text)
			default:
				text = " " + text
			}
			w.printf("%s\n", text)
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
