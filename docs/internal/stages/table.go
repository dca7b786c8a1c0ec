package stages

import (
	"fmt"
	"strings"
)

// Table is the README's table of stages, in Markdown.
func Table(root string, all []Stage) (string, error) {
	var b strings.Builder
	b.WriteString("| stage | the idea | what breaks at its end | core lines | all lines | test lines | core minutes | all minutes |\n|")
	b.WriteString(strings.Repeat("---|", 8) + "\n")
	row := func(name, idea, limit string, core, whole Size) {
		fmt.Fprintf(&b, "|%s |%s | %s | %d | %d | %d | %d | %d |\n", name, idea, limit,
			core.Lines, whole.Lines, whole.Tests, core.Minutes, whole.Minutes)
	}
	var core, whole Size
	for _, s := range all {
		f, err := Measure(root, all, s)
		if err != nil {
			return "", err
		}
		row(fmt.Sprintf(" [%02d](%s)", s.Number, s.Dir), " "+s.Idea, s.Limit, f.Roles[Core], f.All)
		core.add(f.Roles[Core])
		whole.add(f.All)
	}
	row("", "", "together", core, whole)
	return b.String(), nil
}

// FiguresTable is a table of what else the manifest measures, for whoever
// changes the stages.
func FiguresTable(root string, all []Stage) (string, error) {
	var b strings.Builder
	b.WriteString("| stage | core | deep | given | to write | half day | deleted | noise | to the first try |\n|")
	b.WriteString(strings.Repeat("---|", 9) + "\n")
	for _, s := range all {
		f, err := Measure(root, all, s)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "| %02d |", s.Number)
		for _, role := range []Role{Core, Deep, Given} {
			fmt.Fprintf(&b, " %d lines, %d min |", f.Roles[role].Lines, f.Roles[role].Minutes)
		}
		fmt.Fprintf(&b, " %d + %d | %d min | %d | %.1f %% | %d |\n",
			f.Roles[Core].Write, f.Roles[Deep].Write, f.HalfDay.Minutes, f.Deleted, f.Noise, f.FirstTry)
	}
	return b.String(), nil
}
