package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/exercise"
)

func (a App) reset() *cobra.Command {
	return &cobra.Command{
		Use:   "reset N [NAME]",
		Short: "Blank a function of your copy again, or begin the whole copy anew",
		Long: `Blanks one function of your copy of stage N again, with the doc comment that the
stage has now. Without a NAME it makes the whole copy again, as start does, with
the deep steps if they were in it. Your copy goes to work/.backup first, so
nothing is lost.`,
		Example:           examples("reset 3 Store.Beat", "reset 3"),
		Args:              arguments(1, 2, "the number of one stage, and the name of a function"),
		ValidArgsFunction: a.completeTask,
		RunE: func(_ *cobra.Command, args []string) error {
			w, err := a.work(args[0])
			if err != nil {
				return err
			}
			name, what := "", w.Name()
			if len(args) > 1 {
				name, what = args[1], args[1]
			}
			backup, err := exercise.Reset(w, name, time.Now())
			if err != nil {
				return exerciseError(err)
			}
			_, err = fmt.Fprintf(a.Stdout, "%s is as at the start; what was there is in %s\nnext: go run ./docs check %d\n", what, backup, w.Stage.Number)
			return err
		},
	}
}
