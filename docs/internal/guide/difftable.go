package guide

import (
	"fmt"
	"html/template"
	"path"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/difftext"
	"example.com/workshop/docs/internal/stages"
)

// fileView is what a step does to one file.
type fileView struct {
	Path    string
	From    string // its path in the stage before, if that was another
	URL     string // of the source
	Added   int
	Deleted int
	New     bool
	Test    bool // folded until it is asked for
	Written bool // by a program, and so not for readers
	Diff    template.HTML
}

func newFileView(s stages.Stage, c stages.Change, split bool) fileView {
	f := fileView{
		Path: c.Path, URL: "/" + s.Dir + "/" + c.Path, New: c.Added(),
		Test: stages.IsTest(c.Path), Written: c.Generated(),
	}
	if c.From != c.Path {
		f.From = c.From
	}
	var hunks [][]row
	for _, h := range difftext.Hunks(c) {
		hunks = append(hunks, rowsOf(h, c))
	}
	for _, r := range slices.Concat(hunks...) {
		switch {
		case r.before == 0 && r.after > 0:
			f.Added++
		case r.after == 0 && r.before > 0:
			f.Deleted++
		}
	}
	if !f.Written && len(hunks) > 0 {
		f.Diff = diffTable(c, hunks, split)
	}
	return f
}

// diffTable draws the hunks of a change as the rows of a table.
func diffTable(c stages.Change, hunks [][]row, split bool) template.HTML {
	language := strings.TrimPrefix(path.Ext(c.Path), ".")
	t := table{after: highlight(language, c.After), whole: c.Added() && len(hunks) == 1}
	if !c.Added() {
		t.before = highlight(language, c.Before)
	}
	split = split && !t.whole
	for i, rows := range hunks {
		if i > 0 || rows[0] != (row{1, 1}) && !t.whole {
			t.gap()
		}
		if split {
			rows = paired(rows)
		}
		for _, r := range rows {
			if r == (row{}) {
				t.gap()
			} else {
				t.row(r, split)
			}
		}
	}
	return template.HTML(t.out.String())
}

// table writes rows. It leaves out the closing tags of cells and rows, as HTML allows:
// they would be a fifth of the page.
type table struct {
	before, after []string
	whole         bool // a new file: one column of numbers will do
	gapped        bool // the last row was a gap
	out           strings.Builder
}

// gap stands for lines that are left out.
func (t *table) gap() {
	if !t.gapped {
		t.out.WriteString("<tr class=gap><td colspan=4>⋯\n")
	}
	t.gapped = true
}

func (t *table) row(r row, split bool) {
	t.gapped = false
	if split {
		t.out.WriteString("<tr>")
		t.half(r.before, t.before, "d", "−", r.before < 0)
		t.half(r.after, t.after, "a", "+", r.after < 0)
		t.out.WriteByte('\n')
		return
	}
	switch {
	case t.whole:
		fmt.Fprintf(&t.out, "<tr><td>%d<td class=l>%s\n", r.after, at(t.after, r.after))
	case r.before == 0:
		fmt.Fprintf(&t.out, "<tr class=a><td><td>%d<td>+<td class=l>%s\n", r.after, at(t.after, r.after))
	case r.after == 0:
		fmt.Fprintf(&t.out, "<tr class=d><td>%d<td><td>−<td class=l>%s\n", r.before, at(t.before, r.before))
	default:
		fmt.Fprintf(&t.out, "<tr><td>%d<td>%d<td><td class=l>%s\n", r.before, r.after, at(t.after, r.after))
	}
}

// half draws one side of a row that has two.
func (t *table) half(number int, lines []string, class, sign string, changed bool) {
	switch {
	case number == 0:
		t.out.WriteString("<td class=n><td class=n>")
	case changed:
		fmt.Fprintf(&t.out, "<td class=%s>%d %s<td class=\"l %s\">%s", class, -number, sign, class, at(lines, -number))
	default:
		fmt.Fprintf(&t.out, "<td>%d<td class=l>%s", number, at(lines, number))
	}
}

func at(lines []string, number int) string {
	if number < 1 || number > len(lines) {
		return ""
	}
	return lines[number-1]
}
