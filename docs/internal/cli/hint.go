package cli

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/exercise"
)

func (a App) hint() *cobra.Command {
	return &cobra.Command{
		Use:   "hint N NAME [WHICH]",
		Short: "Show a hint for a function: the first, or the one that is asked for",
		Long: `Shows one hint for a function that you write in stage N, and how to ask for the
next one. Each hint says a little more: the first says what to look at, the last
what the solution looks like.`,
		Example:           examples("hint 3 Store.Beat", "hint 3 Store.Beat 2"),
		Args:              arguments(2, 3, "the number of one stage, the name of a function that check shows and, if you like, which hint"),
		ValidArgsFunction: a.completeTask,
		RunE: func(_ *cobra.Command, args []string) error {
			stage, solution, err := a.solve(args)
			if err != nil {
				return err
			}
			all, err := exercise.HintsOf(stage)
			if err != nil {
				return err
			}
			hints, n := all[solution.Name].Hints, stage.Number
			if len(hints) == 0 {
				return fmt.Errorf("%s has no hints yet; go run ./docs solution %d %s shows the stage's own", solution.Name, n, solution.Name)
			}
			which := 1
			if len(args) > 2 {
				if which, err = strconv.Atoi(args[2]); err != nil || which < 1 || which > len(hints) {
					return usagef("%q is none of the hints 1 to %d for %s", args[2], len(hints), solution.Name)
				}
			}
			fmt.Fprintf(a.Stdout, "%s, hint %d of %d\n\n%s\n\n", solution.Name, which, len(hints), exercise.Prose(hints[which-1]))
			if which < len(hints) {
				_, err = fmt.Fprintf(a.Stdout, "the next one: go run ./docs hint %d %s %d\n", n, solution.Name, which+1)
			} else {
				_, err = fmt.Fprintf(a.Stdout, "that was the last one; the stage's own: go run ./docs solution %d %s\n", n, solution.Name)
			}
			return err
		},
	}
}
