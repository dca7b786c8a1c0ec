package faults

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/stages"
)

// String is the outcome in a few words: calls failed of calls sent, and how long
// that went on.
func (o Outcome) String() string {
	if why := o.Why(); why != "" {
		return "invalid: " + why
	}
	text := fmt.Sprintf("%d of %d failed", o.Failed, o.Sent)
	if o.Failed > 0 {
		text += ", recovery " + o.Recovery.String()
	}
	if o.Joined {
		text += ", first call " + o.firstCall()
	}
	return text
}

func (o Outcome) firstCall() string {
	if o.FirstCall == nil {
		return "never"
	}
	return measure.Seconds(*o.FirstCall)
}

// String is the cell as the matrix shows it: its median run and, if they
// differ, its worst. One invalid run makes the cell invalid.
func (c Cell) String() string {
	if c.Skipped != "" {
		return "– (" + c.Skipped + ")"
	}
	for _, o := range c.Runs {
		if o.Why() != "" {
			return o.String()
		}
	}
	runs := slices.SortedFunc(slices.Values(c.Runs), worse)
	median, worst := runs[(len(runs)-1)/2], runs[len(runs)-1]
	text := median.String()
	if worst.String() != text {
		text += "; worst: " + worst.String()
	}
	return text
}

// worse orders outcomes from the best to the worst.
func worse(a, b Outcome) int {
	return cmp.Or(
		cmp.Compare(a.Failed, b.Failed),
		cmp.Compare(ending(!a.Recovery.Never, a.Recovery.After), ending(!b.Recovery.Never, b.Recovery.After)),
		cmp.Compare(first(a), first(b)),
	)
}

func first(o Outcome) time.Duration {
	if o.FirstCall == nil {
		return ending(!o.Joined, 0)
	}
	return *o.FirstCall
}

// ending is d, or longer than anything.
func ending(ever bool, d time.Duration) time.Duration {
	if !ever {
		return 1<<63 - 1
	}
	return d
}

// Markdown is the matrix as a table. A line of it is as long as it must be.
func Markdown(all []stages.Stage, faults []Fault, cells []Cell) string {
	var b strings.Builder
	b.WriteString("| fault |")
	for _, s := range all {
		fmt.Fprintf(&b, " %02d %s |", s.Number, s.Idea)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(all)) + "\n")
	for _, f := range faults {
		fmt.Fprintf(&b, "| %s |", f.Title)
		for _, s := range all {
			i := slices.IndexFunc(cells, func(c Cell) bool { return c.Stage == s.Number && c.Fault == f.Name })
			text := "not measured"
			if i >= 0 {
				text = cells[i].String()
			}
			fmt.Fprintf(&b, " %s |", strings.ReplaceAll(text, "|", `\|`))
		}
		b.WriteString("\n")
	}
	return b.String()
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
