package stages

import (
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// tests checks that every lesson has a test beside it, that no test file is too long, and
// that only tests import packages for tests.
func (c *checker) tests() {
	for _, step := range c.stage.Steps() {
		test := func(name string) bool { return strings.HasSuffix(name, "_test.go") }
		if step.Role != Given && !slices.ContainsFunc(step.Covers(c.changes), test) {
			c.report("", "step %q is %s, and has no test of its own", step.Title, step.Role)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.changes)) {
		change := c.changes[name]
		if path.Ext(name) != ".go" || change.Deleted || change.Generated() {
			continue
		}
		if IsTest(name) {
			if lines := strings.Count(change.After, "\n"); lines > MaxTestLines {
				c.report(name, "it has %d lines of tests, more than %d: it holds two ideas", lines, MaxTestLines)
			}
		} else {
			c.importsNoTests(name)
		}
		c.beside(name)
	}
}

// beside checks that the step of X.go also lists X_test.go.
func (c *checker) beside(name string) {
	tested, ok := strings.CutSuffix(name, "_test.go")
	if !ok {
		return
	}
	here, there := c.listed[name], c.listed[tested+".go"]
	if here > 0 && there > 0 && here != there {
		c.report(name, "it is in step %q, and what it tests in step %q", c.title(here), c.title(there))
	}
}

// importsNoTests checks that no file except a test imports a package for tests.
func (c *checker) importsNoTests(name string) {
	file, err := parser.ParseFile(token.NewFileSet(), "", c.changes[name].After, parser.ImportsOnly)
	if err != nil {
		c.report(name, "it is no Go: %v", err)
		return
	}
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		dir, ours := strings.CutPrefix(path, Module+"/")
		if err == nil && ours && isTestPackage(dir) {
			c.report(name, "it imports %s, which is for tests alone", dir)
		}
	}
}
