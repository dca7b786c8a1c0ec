package difftext

import (
	"fmt"
	"path"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"example.com/workshop/docs/internal/stages"
)

// Hunk is one place where a file changes, with a few lines around it.
type Hunk struct{ *udiff.Hunk }

// Hunks returns the places where a file changes, without those that change only
// its imports.
func Hunks(c stages.Change) []Hunk {
	diff, err := udiff.ToUnifiedDiff("", "", c.Before, udiff.Lines(c.Before, c.After), udiff.DefaultContextLines)
	if err != nil {
		panic(err) // the edits of a diff always fit the text that it was made from
	}
	var hunks []Hunk
	for _, h := range diff.Hunks {
		if hunk := (Hunk{h}); c.Added() || c.Deleted || path.Ext(c.Path) != ".go" || !hunk.onlyImports(c) {
			hunks = append(hunks, hunk)
		}
	}
	return hunks
}

// onlyImports reports whether every changed line belongs to an import declaration, or is
// the empty line beside one.
func (h Hunk) onlyImports(c stages.Change) bool {
	before, after := stages.ImportLines(c.Before), stages.ImportLines(c.After)
	from, to := h.FromLine, h.ToLine
	for _, line := range h.Lines {
		switch {
		case strings.TrimSpace(line.Content) == "":
		case line.Kind == udiff.Delete && !before[from], line.Kind == udiff.Insert && !after[to]:
			return false
		}
		if line.Kind != udiff.Insert {
			from++
		}
		if line.Kind != udiff.Delete {
			to++
		}
	}
	return true
}

// head is the line that says where the hunk stands in both files.
func (h Hunk) head() string {
	from, to := 0, 0
	for _, line := range h.Lines {
		if line.Kind != udiff.Insert {
			from++
		}
		if line.Kind != udiff.Delete {
			to++
		}
	}
	return fmt.Sprintf("@@ -%s +%s @@", span(h.FromLine, from), span(h.ToLine, to))
}

// span is a range of lines as unified diffs write it: an empty one begins after
// the line before.
func span(first, count int) string {
	if count == 0 {
		first--
	}
	return fmt.Sprintf("%d,%d", first, count)
}
