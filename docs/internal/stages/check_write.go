package stages

import (
	"path"
	"slices"
	"strings"
)

// How long a function may be that a participant writes.
const (
	MinWriteLines = 3
	MaxWriteLines = 30
)

// write checks the functions that the steps ask a participant to write.
func (c *checker) write() {
	for _, step := range c.stage.Steps() {
		for _, name := range step.Write {
			c.writes(step, name)
		}
		for _, file := range step.Also {
			if _, there := c.after[file]; !there || !IsTest(file) {
				c.report(file, "step %q has it as a test of another step, and it is none", step.Title)
			}
			if len(step.Write) == 0 || slices.Contains(step.Files, file) {
				c.report(file, "step %q has no function to write that needs it, or lists it itself", step.Title)
			}
		}
	}
}

func (c *checker) writes(step Step, name string) {
	var in []string
	var function Func
	for _, file := range step.Covers(c.changes) {
		if path.Ext(file) != ".go" || IsTest(file) {
			continue
		}
		for _, f := range Funcs(c.changes[file].After) {
			if f.Name == name {
				in, function = append(in, file), f
			}
		}
	}
	switch {
	case len(in) == 0:
		c.report("", "step %q asks to write %s, but its files have no such function", step.Title, name)
		return
	case len(in) > 1:
		c.report("", "step %q asks to write %s, which is in %s", step.Title, name, strings.Join(in, " and in "))
		return
	}
	if function.Lines < MinWriteLines || function.Lines > MaxWriteLines {
		c.report(in[0], "step %q asks to write %s, which has %d lines, not %d to %d",
			step.Title, name, function.Lines, MinWriteLines, MaxWriteLines)
	}
	if strings.TrimSpace(function.Doc) == "" {
		c.report(in[0], "step %q asks to write %s, which has no doc comment to write it from", step.Title, name)
	}
	same := func(f Func) bool { return f.Name == name && f.Text == function.Text }
	if slices.ContainsFunc(Funcs(c.changes[in[0]].Before), same) {
		c.report(in[0], "step %q asks to write %s, which is the same in the stage before", step.Title, name)
	}
}
