package stages

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Lines counts the lines that a change adds to a file and removes from it, as a line diff
// marks them: comments and blank lines count, import declarations do not. Files that are
// not Go or that a program has written count as nothing, since nobody reads them.
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

// IsTest reports whether a file belongs to the tests: a _test.go file, or one of a
// package that only tests import.
func IsTest(file string) bool {
	return strings.HasSuffix(file, "_test.go") || isTestPackage(path.Dir(file))
}

// isTestPackage reports whether only tests use a folder's package: its name ends in test,
// as leaktest or registrytest. A command's name never does.
func isTestPackage(dir string) bool {
	return strings.HasSuffix(dir, "test") && !strings.HasPrefix(dir, "cmd/")
}

// Generated reports whether the new file is marked as generated
// (https://go.dev/s/generatedcode). For a file that is gone, it looks at the old one.
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
