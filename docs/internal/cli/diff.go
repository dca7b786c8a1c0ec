package cli

import (
	"errors"
	"syscall"

	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/difftext"
	"example.com/workshop/docs/internal/term"
)

func (a App) diff() *cobra.Command {
	return &cobra.Command{
		Use:   "diff N [M]",
		Short: "Show what stage N changes, or all that changes from stage N to stage M",
		Long: `Shows the lesson of stage N: its steps in order, each with its reason and the
changes to its files. What is no lesson is left out: READMEs, go.mod, and
changes to imports alone. With a second number it shows all that changes from
stage N to stage M. On a terminal it is coloured, unless NO_COLOR is set; in a
pipe it is plain.`,
		Example:           examples("diff 2", "diff 1 3", "diff 3 | less"),
		Args:              between(1, 2, "the numbers of one or two stages"),
		ValidArgsFunction: a.complete,
		RunE: func(_ *cobra.Command, args []string) error {
			to, err := a.stage(args[0])
			if err != nil {
				return err
			}
			from := to.Number - 1
			if len(args) == 2 {
				from = to.Number
				if to, err = a.stage(args[1]); err != nil {
					return err
				}
				if to.Number <= from {
					return usagef("diff %d %d: the second stage must come after the first", from, to.Number)
				}
			}
			root, err := a.repository()
			if err != nil {
				return err
			}
			err = difftext.Write(term.New(a.Stdout), root, a.Stages, from, to.Number)
			if errors.Is(err, syscall.EPIPE) { // as in diff 3 | head: the reader has seen enough
				return nil
			}
			return err
		},
	}
}
