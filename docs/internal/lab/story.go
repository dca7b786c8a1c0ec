package lab

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/stages"
)

// story is a script as it is played.
type story struct {
	name, title, lesson string
	row                 bool         // of the fault matrix
	load                measure.Load // zero means steady
	steps               []step
	skip                func(stages.Stage) string // why it cannot be played; nil if it always can
}

// step is one thing that happens in a script.
type step struct {
	at   time.Duration
	when scenario.Condition // not before this holds; nil for nothing to wait for
	do   func(context.Context, *side) (measure.Mark, error)
}

// stories are all scripts: the rows of the matrix and then the experiments.
func stories() (all []story) {
	for _, f := range faults.All() {
		row := story{name: f.Name, title: f.Title, lesson: f.Lesson, row: true, load: f.Load, skip: f.Skip}
		for _, s := range f.Steps {
			row.steps = append(row.steps, step{at: s.At, when: s.When, do: played(s.Do)})
		}
		all = append(all, row)
	}
	for _, e := range experiments() {
		e.load = steady
		all = append(all, e)
	}
	return all
}

// skips returns why the script cannot be played on a stage, or "" if it can.
func (s story) skips(stage stages.Stage) string {
	if s.skip == nil {
		return ""
	}
	return s.skip(stage)
}

// Playable returns nil if a script can be played on one of some stages, and otherwise an
// error that says why not.
func Playable(name string, on ...stages.Stage) error {
	_, err := find(name, on)
	return err
}

// find returns the script of that name if it can be played on one of the stages.
func find(name string, on []stages.Stage) (story, error) {
	all := stories()
	i := slices.IndexFunc(all, func(s story) bool { return s.name == name })
	if i < 0 {
		return story{}, fmt.Errorf("there is no script %q", name)
	}
	var why []string
	for _, stage := range on {
		skip := all[i].skips(stage)
		if skip == "" {
			return all[i], nil
		}
		why = append(why, stage.Name()+": "+skip)
	}
	return story{}, fmt.Errorf("%q cannot be played: %s", all[i].title, strings.Join(why, "; "))
}
