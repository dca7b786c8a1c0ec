package stages

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// AddedLines counts the lines of non-test Go that a change adds: every line of
// the new file that a line diff marks as inserted, comments and blank lines
// included, import declarations left out. What a program has written counts for
// nothing, since nobody reads it.
func (c Change) AddedLines() int {
	if c.Deleted || path.Ext(c.Path) != ".go" || strings.HasSuffix(c.Path, "_test.go") || c.Generated() {
		return 0
	}
	before, after := withoutImports(c.Before), withoutImports(c.After)
	diff, err := udiff.ToUnifiedDiff("", "", before, udiff.Lines(before, after), 0)
	if err != nil {
		panic(err) // the edits of a diff always fit the text that it was made from
	}
	added := 0
	for _, hunk := range diff.Hunks {
		for _, line := range hunk.Lines {
			if line.Kind == udiff.Insert {
				added++
			}
		}
	}
	return added
}

// AddedLines counts the non-test Go that a stage adds to the one before, in all
// its steps.
func AddedLines(root string, all []Stage, s Stage) (int, error) {
	changes, err := Changes(root, all, s.Number-1, s.Number)
	if err != nil {
		return 0, err
	}
	lines := 0
	for _, change := range changes {
		lines += change.AddedLines()
	}
	return lines, nil
}

// Generated reports whether the new file says that it is generated, in the way
// that https://go.dev/s/generatedcode describes.
func (c Change) Generated() bool {
	file, err := parser.ParseFile(token.NewFileSet(), "", c.After, parser.PackageClauseOnly|parser.ParseComments)
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
