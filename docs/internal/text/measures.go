package text

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

// sums are the sizes of some steps: of each role, of all, and of those that
// belong to the half day.
type sums struct {
	roles   map[stages.Role]stages.Size
	all     stages.Size
	halfDay stages.Size
}

// measures are the figures that a key may ask for.
var measures = map[string]func(sums) int{
	"core":         func(s sums) int { return s.roles[stages.Core].Lines }, // lines of Go, tests aside
	"deep":         func(s sums) int { return s.roles[stages.Deep].Lines },
	"given":        func(s sums) int { return s.roles[stages.Given].Lines },
	"lines":        func(s sums) int { return s.all.Lines },
	"tests":        func(s sums) int { return s.all.Tests },
	"minutes":      func(s sums) int { return s.roles[stages.Core].Minutes },
	"deep-minutes": func(s sums) int { return s.roles[stages.Deep].Minutes },
	"all-minutes":  func(s sums) int { return s.all.Minutes },
	"halfday":      func(s sums) int { return s.halfDay.Minutes },
	"write":        func(s sums) int { return s.roles[stages.Core].Write }, // functions to write
	"deep-write":   func(s sums) int { return s.roles[stages.Deep].Write },
}

// figure is a figure of the manifest.
func (f *figures) figure(q query) (string, error) {
	measure, ok := measures[q.what]
	if !ok {
		return "", fmt.Errorf("from: the table has no %q; it has %s", q.what, strings.Join(slices.Sorted(maps.Keys(measures)), ", "))
	}
	number, err := q.number("stage")
	if err != nil {
		return "", err
	}
	if number == 0 && len(q.values) > 0 {
		return "", fmt.Errorf("from: a part or a step is one of a stage")
	}
	total := 0
	for _, stage := range f.all {
		if number != 0 && stage.Number != number {
			continue
		}
		sizes, err := f.measure(stage)
		if err != nil {
			return "", err
		}
		chosen, err := chosen(stage, q)
		if err != nil {
			return "", err
		}
		total += measure(sum(stage, sizes, chosen))
	}
	if _, err := stages.Find(f.all, number); number != 0 && err != nil {
		return "", fmt.Errorf("from: %w", err)
	}
	return strconv.Itoa(total), nil
}

// measure measures a stage's steps.
func (f *figures) measure(stage stages.Stage) ([]stages.Size, error) {
	if found, ok := f.measured[stage.Number]; ok {
		return found.Steps, nil
	}
	found, err := stages.Measure(f.root, f.all, stage)
	if err != nil {
		return nil, err
	}
	if f.measured == nil {
		f.measured = make(map[int]stages.Figures)
	}
	f.measured[stage.Number] = found
	return found.Steps, nil
}

// chosen returns which steps of a stage a key asks for, from and up to an index.
func chosen(stage stages.Stage, q query) (which [2]int, err error) {
	part, err := q.number("part")
	if err != nil {
		return which, err
	}
	step, err := q.number("step")
	if err != nil {
		return which, err
	}
	last := len(stage.Steps())
	switch {
	case step < 0 || step > last:
		return which, fmt.Errorf("from: %s has steps 1 to %d", stage.Name(), last)
	case step > 0:
		return [2]int{step - 1, step}, nil
	case part < 0 || part > len(stage.Parts):
		return which, fmt.Errorf("from: %s has parts 1 to %d", stage.Name(), len(stage.Parts))
	case part > 0:
		from := 0
		for _, p := range stage.Parts[:part-1] {
			from += len(p.Steps)
		}
		return [2]int{from, from + len(stage.Parts[part-1].Steps)}, nil
	}
	return [2]int{0, last}, nil
}

func sum(stage stages.Stage, sizes []stages.Size, which [2]int) sums {
	s := sums{roles: make(map[stages.Role]stages.Size)}
	for i, step := range stage.Steps()[which[0]:which[1]] {
		size := sizes[which[0]+i]
		s.roles[step.Role] = plus(s.roles[step.Role], size)
		s.all = plus(s.all, size)
		if step.HalfDay {
			s.halfDay = plus(s.halfDay, size)
		}
	}
	return s
}

func plus(a, b stages.Size) stages.Size {
	return stages.Size{
		Lines: a.Lines + b.Lines, Tests: a.Tests + b.Tests,
		Write: a.Write + b.Write, Minutes: a.Minutes + b.Minutes,
	}
}
