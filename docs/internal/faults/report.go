package faults

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// String is the cell as the matrix shows it: its median run and, if they
// differ, its worst. One invalid run makes the cell invalid.
func (c Cell) String() string {
	switch {
	case c.Skipped != "":
		return "– (" + c.Skipped + ")"
	case len(c.Runs) == 0:
		return "not measured"
	}
	for _, o := range c.Runs {
		if o.Why() != "" {
			return o.String()
		}
	}
	median, _ := c.Median()
	text := median.String()
	if worst := c.sorted()[len(c.Runs)-1]; worst.String() != text {
		text += "; worst: " + worst.String()
	}
	return text
}

// sorted returns the runs from the best to the worst.
func (c Cell) sorted() []Outcome { return slices.SortedFunc(slices.Values(c.Runs), worse) }

// Median is the run that the matrix shows; false if there is none.
func (c Cell) Median() (Outcome, bool) {
	if len(c.Runs) == 0 {
		return Outcome{}, false
	}
	return c.sorted()[(len(c.Runs)-1)/2], true
}

// markdown is the cell in a table: in bold if somebody noticed the fault.
func (c Cell) markdown() string {
	text := strings.NewReplacer("|", `\|`, "\n", "; ").Replace(c.String())
	if slices.ContainsFunc(c.Runs, Outcome.Red) {
		text = "**" + text + "**"
	}
	return text
}

// worse orders outcomes from the best to the worst.
func worse(a, b Outcome) int {
	return cmp.Or(
		cmp.Compare(a.Failed, b.Failed),
		cmp.Compare(ending(!a.Recovery.Never, a.Recovery.After), ending(!b.Recovery.Never, b.Recovery.After)),
		cmp.Compare(event(a.Joined, a.FirstCall), event(b.Joined, b.FirstCall)),
		cmp.Compare(event(a.Evicted, a.Back), event(b.Evicted, b.Back)),
		cmp.Compare(a.P99, b.P99),
	)
}

// event is when something came to pass that should, if it should.
func event(should bool, d *time.Duration) time.Duration {
	if d == nil {
		return ending(!should, 0)
	}
	return *d
}

// ending is d, or longer than anything.
func ending(ever bool, d time.Duration) time.Duration {
	if !ever {
		return 1<<63 - 1
	}
	return d
}

// Markdown is the matrix as a table, and below it a lesson for each row in which
// a cell is red. A line of it is as long as it must be.
func Markdown(columns []Column, faults []Fault, cells []Cell) string {
	var b strings.Builder
	b.WriteString("| fault |")
	for _, c := range columns {
		fmt.Fprintf(&b, " %s |", c.title())
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, f := range faults {
		fmt.Fprintf(&b, "| %s |", f.Title)
		for _, c := range columns {
			i := slices.IndexFunc(cells, func(cell Cell) bool { return c.has(cell) && cell.Fault == f.Name })
			text := Cell{}.String()
			if i >= 0 {
				text = cells[i].markdown()
			}
			fmt.Fprintf(&b, " %s |", text)
		}
		b.WriteString("\n")
	}
	b.WriteString(lessons(faults, cells))
	return b.String()
}

// lessons say why cells are red.
func lessons(faults []Fault, cells []Cell) string {
	var b strings.Builder
	for _, f := range faults {
		red := func(c Cell) bool { return c.Fault == f.Name && slices.ContainsFunc(c.Runs, Outcome.Red) }
		if f.Lesson == "" || !slices.ContainsFunc(cells, red) {
			continue
		}
		if b.Len() == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "- **%s**: %s\n", f.Title, f.Lesson)
	}
	return b.String()
}

// Noticed returns the cells in which somebody noticed a fault that the stage promises to
// hide, or noticed it for longer than the stage promises.
func Noticed(faults []Fault, cells []Cell) (names []string) {
	for _, f := range faults {
		for _, c := range cells {
			if c.Fault != f.Name {
				continue
			}
			if f.hidden(c) && slices.ContainsFunc(c.Runs, Outcome.Red) {
				names = append(names, c.name())
			}
			late := func(o Outcome) bool { return o.Recovery.Never || o.Recovery.After > f.Within }
			if f.Bounded > 0 && c.Stage >= f.Bounded && slices.ContainsFunc(c.Runs, late) {
				names = append(names, fmt.Sprintf("%s for longer than %v", c.name(), f.Within))
			}
			after := func(o Outcome) bool { return o.Listed != nil && o.Recovery.After > *o.Listed+f.AfterListed }
			if f.AfterListed > 0 && c.Stage >= follows && slices.ContainsFunc(c.Runs, after) {
				names = append(names, fmt.Sprintf("%s later than %v after all were listed", c.name(), f.AfterListed))
			}
		}
	}
	return names
}

// name is how messages call the cell.
func (c Cell) name() string {
	text := fmt.Sprintf("%s in stage %d", c.Fault, c.Stage)
	if c.Over != "" {
		text += " over gRPC"
	}
	return text
}

// Invalid counts the runs that prove nothing.
func Invalid(cells []Cell) int {
	n := 0
	for _, c := range cells {
		for _, o := range c.Runs {
			if o.Why() != "" {
				n++
			}
		}
	}
	return n
}
