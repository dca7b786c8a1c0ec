package stages

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// MaxStepLines is the most non-test Go that one step may add.
const MaxStepLines = 150

// Problem is a place where tree and manifest disagree.
type Problem struct {
	Stage string // its folder
	Path  string // the file; empty when a whole step is at fault
	Text  string
}

func (p Problem) String() string {
	if p.Path == "" {
		return p.Stage + ": " + p.Text
	}
	return p.Stage + "/" + p.Path + ": " + p.Text
}

// Check holds the tree below root against the manifest and returns every
// disagreement, in the order of the stages.
func Check(root string, all []Stage) ([]Problem, error) {
	var problems []Problem
	for _, s := range all {
		changes, err := Changes(root, all, s.Number-1, s.Number)
		if err != nil {
			return nil, err
		}
		c := checker{stage: s, changes: changes, listed: make(map[string]string)}
		c.steps()
		c.unlisted()
		c.gone()
		problems = append(problems, c.problems...)
	}
	return problems, nil
}

type checker struct {
	stage    Stage
	changes  map[string]Change
	listed   map[string]string // path → title of the step that lists it
	problems []Problem
}

func (c *checker) report(path, format string, args ...any) {
	c.problems = append(c.problems, Problem{Stage: c.stage.Dir, Path: path, Text: fmt.Sprintf(format, args...)})
}

// steps checks what the steps list, and how much each adds.
func (c *checker) steps() {
	for _, step := range c.stage.Steps {
		if step.Title == "" || step.Why == "" {
			c.report("", "step %q needs a title and a reason", cmp.Or(step.Title, step.Why))
		}
		lines := 0
		var parts []string
		for _, entry := range step.Files {
			names := Covers(entry, c.changes)
			if len(names) == 0 || c.changes[names[0]].Deleted {
				c.report(entry, "step %q lists it, but there is no such change: "+
					"the file is missing, or the same as in the stage before", step.Title)
				continue
			}
			for _, name := range names {
				if first, twice := c.listed[name]; twice {
					c.report(name, "step %q lists it, and so does step %q; a file belongs to one step", step.Title, first)
					continue
				}
				c.listed[name] = step.Title
				if n := c.changes[name].AddedLines(); n > 0 {
					lines += n
					parts = append(parts, fmt.Sprintf("%s %d", name, n))
				}
			}
		}
		if lines > MaxStepLines {
			c.report("", "step %q adds %d lines of non-test Go, more than %d: split it (%s)",
				step.Title, lines, MaxStepLines, strings.Join(parts, ", "))
		}
	}
}

// unlisted finds files that differ though no step says so.
func (c *checker) unlisted() {
	for _, name := range slices.Sorted(maps.Keys(c.changes)) {
		change := c.changes[name]
		if _, ok := c.listed[name]; ok || change.Deleted {
			continue
		}
		if change.Added() {
			c.report(name, "it is new in this stage, but no step lists it")
		} else {
			c.report(name, "it differs from the stage before, but no step lists it")
		}
	}
}

// gone finds files that vanished without a reason, and reasons without a
// vanished file.
func (c *checker) gone() {
	reasons := make(map[string]bool)
	for _, g := range c.stage.Gone {
		reasons[g.Path] = true
		switch {
		case !c.changes[g.Path].Deleted:
			c.report(g.Path, "the manifest says that it is gone, but it is not")
		case strings.TrimSpace(g.Reason) == "":
			c.report(g.Path, "it is gone without a reason")
		case g.To != "" && c.changes[g.To].From != g.Path:
			c.report(g.To, "the manifest says that %s became this file, but there is no such new file", g.Path)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.changes)) {
		if c.changes[name].Deleted && !reasons[name] {
			c.report(name, "it is gone from the stage before, but the manifest gives no reason")
		}
	}
}
