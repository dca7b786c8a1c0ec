package stages

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// What one step may add, and how long a test file may be.
const (
	MaxStepLines = 150 // of non-test Go
	MaxTestLines = 250
)

// Problem is a place where tree and manifest disagree.
type Problem struct {
	Stage string // its folder
	Path  string // the file; empty when a step or the whole stage is at fault
	Text  string
}

func (p Problem) String() string {
	if p.Path == "" {
		return p.Stage + ": " + p.Text
	}
	return p.Stage + "/" + p.Path + ": " + p.Text
}

// Check compares the tree below root with the manifest, and returns every disagreement in
// the order of the stages.
func Check(root string, all []Stage) ([]Problem, error) {
	named, err := ReadNamed(root, all)
	if err != nil {
		return nil, err
	}
	var problems []Problem
	before := Tree{}
	for _, s := range all {
		after, err := ReadTree(filepath.Join(root, s.Dir))
		if err != nil {
			return nil, err
		}
		c := checker{
			stage: s, before: before, after: after, named: named, listed: make(map[string]int),
			changes: compare(before, after, renames(all, s.Number-1, s.Number)),
		}
		c.steps()
		c.unlisted()
		c.gone()
		c.goneTests()
		c.write()
		c.tests()
		c.words()
		c.bounds()
		problems = append(problems, c.problems...)
		before = after
	}
	return problems, nil
}

type checker struct {
	stage         Stage
	before, after Tree
	changes       map[string]Change
	named         Named
	listed        map[string]int // path → number of the step that lists it
	problems      []Problem
}

func (c *checker) report(path, format string, args ...any) {
	c.problems = append(c.problems, Problem{Stage: c.stage.Dir, Path: path, Text: fmt.Sprintf(format, args...)})
}

// title is the title of step number n.
func (c *checker) title(n int) string { return c.stage.Steps()[n-1].Title }

// steps checks what the steps list, and how much each adds.
func (c *checker) steps() {
	for i, step := range c.stage.Steps() {
		if step.Title == "" || step.Why == "" {
			c.report("", "step %q needs a title and a reason", cmp.Or(step.Title, step.Why))
		}
		if !slices.Contains([]Role{Core, Deep, Given}, step.Role) {
			c.report("", "step %q is neither core nor deep nor given", step.Title)
		}
		for _, entry := range step.Files {
			names := Covers(entry, c.changes)
			if len(names) == 0 || c.changes[names[0]].Deleted {
				c.report(entry, "step %q lists it, but there is no such change: "+
					"the file is missing, or the same as in the stage before", step.Title)
				continue
			}
			for _, name := range names {
				if first, twice := c.listed[name]; twice {
					c.report(name, "step %q lists it, and so does step %q; a file belongs to one step", step.Title, c.title(first))
					continue
				}
				c.listed[name] = i + 1
			}
		}
		c.length(step)
	}
}

// length checks how much a step adds.
func (c *checker) length(step Step) {
	var parts []string
	lines := 0
	for _, name := range step.Covers(c.changes) {
		if n := c.changes[name].AddedLines(); n > 0 {
			lines += n
			parts = append(parts, fmt.Sprintf("%s %d", name, n))
		}
	}
	if lines > MaxStepLines {
		c.report("", "step %q adds %d lines of non-test Go, more than %d: split it (%s)",
			step.Title, lines, MaxStepLines, strings.Join(parts, ", "))
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

// bounds compares the stage with the goals of the manifest.
func (c *checker) bounds() {
	f := c.stage.figures(c.changes)
	c.budget("its", c.stage.Budget, f.Roles)
	first := 0
	for _, part := range c.stage.Parts {
		roles := make(map[Role]Size)
		for i, step := range part.Steps {
			sum := roles[step.Role]
			sum.add(f.Steps[first+i])
			roles[step.Role] = sum
		}
		c.budget(fmt.Sprintf("in part %q the", part.Title), part.Budget, roles)
		first += len(part.Steps)
	}
	if f.Deleted > c.stage.MaxDeleted {
		c.report("", "it takes away %d lines of non-test Go of the stage before, more than %d", f.Deleted, c.stage.MaxDeleted)
	}
	if c.stage.MaxTests > 0 && f.All.Tests > c.stage.MaxTests {
		c.report("", "it adds %d lines of tests, more than %d", f.All.Tests, c.stage.MaxTests)
	}
	if c.stage.MaxNoise > 0 && f.Noise > c.stage.MaxNoise {
		c.report("", "%.1f %% of what changes in files of the stage before is not the lesson, more than %.1f %%", f.Noise, c.stage.MaxNoise)
	}
}

func (c *checker) budget(whose string, budget Budget, roles map[Role]Size) {
	for _, role := range slices.Sorted(maps.Keys(budget)) {
		if lines := roles[role].Lines; lines > budget[role] {
			c.report("", "%s %s steps add %d lines of non-test Go, more than %d", whose, role, lines, budget[role])
		}
	}
}
