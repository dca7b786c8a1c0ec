package cli

import (
	"errors"
	"fmt"

	"example.com/workshop/docs/internal/exercise"
	"example.com/workshop/docs/internal/guide"
	"example.com/workshop/docs/internal/stages"
)

// progress tells the pages how far the copies below work have come.
type progress struct{ root string }

// states are the guide's words for those of an exercise.
var states = map[exercise.Status]guide.State{
	exercise.Solved: guide.Green, exercise.Written: guide.Changed, exercise.Begun: guide.Changed, exercise.Blank: guide.Blank, exercise.Gone: guide.Gone,
}

// Copy implements [guide.Progress].
func (p progress) Copy(s stages.Stage) (guide.Copy, error) {
	report, err := exercise.Look(exercise.At(p.root, s))
	if _, ok := errors.AsType[*exercise.NotStartedError](err); ok {
		return guide.Copy{}, nil
	}
	if err != nil {
		return guide.Copy{}, err
	}
	c := guide.Copy{Dir: report.Folder, Functions: make(map[string]guide.Function)}
	for _, step := range report.Steps {
		for _, f := range step.Functions {
			function := guide.Function{State: states[f.Status]}
			if f.Line > 0 {
				function.URL = fmt.Sprintf("/%s#L%d", f.File, f.Line)
			}
			c.Functions[f.Name] = function
		}
	}
	return c, nil
}
