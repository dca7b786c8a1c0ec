package stages

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Lines counts the lines that a change adds to a file and takes away from it:
// every line that a line diff marks as inserted or deleted, comments and blank
// lines included, import declarations left out. What is not Go counts for
// nothing, and neither does what a program has written, since nobody reads it.
func (c Change) Lines() (added, deleted int) {
	if path.Ext(c.Path) != ".go" || c.Generated() {
		return 0, 0
	}
	before, after := withoutImports(c.Before), withoutImports(c.After)
	diff, err := udiff.ToUnifiedDiff("", "", before, udiff.Lines(before, after), 0)
	if err != nil {
		panic(err) // the edits of a diff always fit the text that it was made from
	}
	for _, hunk := range diff.Hunks {
		for _, line := range hunk.Lines {
			switch line.Kind {
			case udiff.Insert:
				added++
			case udiff.Delete:
				deleted++
			}
		}
	}
	return added, deleted
}

// AddedLines counts the lines of non-test Go that a change adds.
func (c Change) AddedLines() int {
	if IsTest(c.Path) {
		return 0
	}
	added, _ := c.Lines()
	return added
}

// IsTest reports whether a file is part of the tests: a _test.go file, or one of
// a package that tests alone import.
func IsTest(file string) bool {
	return strings.HasSuffix(file, "_test.go") || isTestPackage(path.Dir(file))
}

// isTestPackage reports whether a folder's package serves tests alone: its name
// ends in test, as leaktest or registrytest. A command's never does.
func isTestPackage(dir string) bool {
	return strings.HasSuffix(dir, "test") && !strings.HasPrefix(dir, "cmd/")
}

// Generated reports whether the new file says that it is generated, in the way
// that https://go.dev/s/generatedcode describes; of a file that is gone, whether
// the old one does.
func (c Change) Generated() bool {
	text := c.After
	if c.Deleted {
		text = c.Before
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.PackageClauseOnly|parser.ParseComments)
	return err == nil && ast.IsGenerated(file)
}

// ImportLines returns the numbers, from 1, of the lines that import
// declarations take up. A text that does not parse has none.
func ImportLines(text string) map[int]bool {
	lines := make(map[int]bool)
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", text, parser.ImportsOnly)
	if err != nil {
		return lines
	}
	for _, decl := range file.Decls {
		for n := files.Position(decl.Pos()).Line; n <= files.Position(decl.End()-1).Line; n++ {
			lines[n] = true
		}
	}
	return lines
}

func withoutImports(text string) string {
	imports := ImportLines(text)
	var kept strings.Builder
	number := 0
	for line := range strings.Lines(text) {
		number++
		if !imports[number] {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
