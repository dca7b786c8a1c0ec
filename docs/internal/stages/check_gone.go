package stages

import (
	"maps"
	"slices"
	"strings"
)

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

// goneTests does the same for test functions. A test that moved to another file of the
// same folder is not gone.
func (c *checker) goneTests() {
	before, after := c.before.Tests(), c.after.Tests()
	explained := make(map[string]bool)
	for _, g := range c.stage.GoneTests {
		explained[g.Name] = true
		_, was := before[g.Name]
		_, is := after[g.Name]
		_, kept := after[g.To]
		switch {
		case !was || is:
			c.report("", "the manifest says that the test %s is gone, but it is not", g.Name)
		case g.To == "" && strings.TrimSpace(g.Reason) == "":
			c.report("", "the test %s is gone without a reason", g.Name)
		case g.To != "" && !kept:
			c.report("", "the manifest says that the test %s became %s, but there is no such test", g.Name, g.To)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, is := after[name]; !is && !explained[name] {
			c.report(before[name], "the test %s is gone from the stage before, but the manifest does not say where it went or why", name)
		}
	}
}
