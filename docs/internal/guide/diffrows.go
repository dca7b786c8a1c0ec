package guide

import (
	"path"

	"github.com/aymanbagabas/go-udiff"

	"example.com/workshop/docs/internal/difftext"
	"example.com/workshop/docs/internal/stages"
)

// row is a line of a diff: its numbers before and after, 0 where it is missing.
// A row without numbers stands for lines that are left out.
type row struct{ before, after int }

// rowsOf numbers the lines of a hunk. The imports of a file that was there before
// are left out.
func rowsOf(h difftext.Hunk, c stages.Change) []row {
	var before, after map[int]bool
	if path.Ext(c.Path) == ".go" && !c.Added() && !c.Deleted {
		before, after = stages.ImportLines(c.Before), stages.ImportLines(c.After)
	}
	var rows []row
	from, to := h.FromLine, h.ToLine
	for _, line := range h.Lines {
		r := row{from, to}
		switch line.Kind {
		case udiff.Insert:
			r.before = 0
			to++
		case udiff.Delete:
			r.after = 0
			from++
		default:
			from, to = from+1, to+1
		}
		if before[r.before] || after[r.after] {
			r = row{}
		}
		if r != (row{}) || len(rows) == 0 || rows[len(rows)-1] != r {
			rows = append(rows, r)
		}
	}
	return rows
}

// paired puts removed lines beside those that replace them. Such a row has both numbers
// negative, unlike a line that stayed.
func paired(rows []row) []row {
	var out []row
	for i := 0; i < len(rows); {
		if (rows[i].before > 0) == (rows[i].after > 0) { // it stayed, or is left out
			out = append(out, rows[i])
			i++
			continue
		}
		var gone, new []int
		for ; i < len(rows) && (rows[i].before > 0) != (rows[i].after > 0); i++ {
			if rows[i].after == 0 {
				gone = append(gone, rows[i].before)
			} else {
				new = append(new, rows[i].after)
			}
		}
		for n := range max(len(gone), len(new)) {
			var r row
			if n < len(gone) {
				r.before = -gone[n]
			}
			if n < len(new) {
				r.after = -new[n]
			}
			out = append(out, r)
		}
	}
	return out
}
