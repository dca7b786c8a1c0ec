package faults

import (
	"fmt"
	"slices"
	"strings"
)

// Brief is a table of some rows of the matrix for a first reader: how many calls in a
// hundred failed, and for how long. Its columns are headed by the stages' numbers only.
func Brief(columns []Column, faults []Fault, cells []Cell) string {
	var b strings.Builder
	b.WriteString("| what happens |")
	for _, c := range columns {
		fmt.Fprintf(&b, " %02d |", c.Stage.Number)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, f := range faults {
		fmt.Fprintf(&b, "| %s |", f.Title)
		for _, c := range columns {
			i := slices.IndexFunc(cells, func(cell Cell) bool { return c.has(cell) && cell.Fault == f.Name })
			text := "–"
			if i >= 0 {
				text = cells[i].brief()
			}
			fmt.Fprintf(&b, " %s |", text)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// brief returns the cell's median run in a few characters, in bold if somebody noticed
// the fault.
func (c Cell) brief() string {
	o, ok := c.Median()
	if !ok || o.Why() != "" || o.Sent == 0 {
		return "–"
	}
	text := "0"
	if o.Failed > 0 {
		share := fmt.Sprintf("%.0f %%", 100*float64(o.Failed)/float64(o.Sent))
		if share == "0 %" {
			share = "under 1 %"
		}
		text = share + " for " + o.Recovery.String()
		if o.Recovery.Never {
			text = share + " for ever"
		}
	}
	switch {
	case o.Joined && o.FirstCall == nil && o.Failed == 0:
		text += ", never called"
	case len(o.Missing) > 0:
		text += ", forgotten"
	}
	if o.Red() {
		text = "**" + text + "**"
	}
	return text
}
