package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/exercise"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

func (a App) solution() *cobra.Command {
	return &cobra.Command{
		Use:   "solution N NAME",
		Short: "Show a function as the stage has it, and why it is so",
		Long: `Shows how stage N itself writes a function that you are asked to write, in which
file, and why.`,
		Example:           examples("solution 3 Store.Beat"),
		Args:              arguments(2, 2, "the number of one stage, and the name of a function that check shows"),
		ValidArgsFunction: a.completeTask,
		RunE: func(_ *cobra.Command, args []string) error {
			_, s, err := a.solve(args)
			if err != nil {
				return err
			}
			screen := term.New(a.Stdout)
			_, err = fmt.Fprintf(screen, "%s\n\n%s\n", screen.Cyan(s.Place), s.Text)
			if s.Why != "" {
				_, err = fmt.Fprintf(screen, "\n%s\n", exercise.Prose("Why: "+s.Why))
			}
			return err
		},
	}
}

// solve finds the function that a command line names: a stage, and then it.
func (a App) solve(args []string) (stages.Stage, exercise.Solution, error) {
	stage, err := a.stage(args[0])
	if err != nil {
		return stage, exercise.Solution{}, err
	}
	root, err := a.repository()
	if err != nil {
		return stage, exercise.Solution{}, err
	}
	solution, err := exercise.Solve(root, stage, args[1])
	if err != nil {
		return stage, solution, exerciseError(err)
	}
	return stage, solution, nil
}
