package cli

import (
	"errors"
	"syscall"

	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/difftext"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

func (a App) diff() *cobra.Command {
	var opts difftext.Options
	var step string
	var mine bool
	cmd := &cobra.Command{
		Use:   "diff N [M]",
		Short: "Show what stage N changes, or all that changes from stage N to stage M",
		Long: `Shows the lesson of stage N: its steps in order, each with its reason and the
changes to its files. The core is shown in full. Deep steps, given steps and
tests are one line each, with their size: -deep, -all and -tests show them.
READMEs, go.mod, and files in which only imports change are left out. With a
second number it shows all that changes from stage N to stage M.

With -step it shows one step of stage N: give its number, or the name of a
function that it adds or changes. On a terminal the output is coloured, unless
NO_COLOR is set; in a pipe it is plain.

With -mine it shows what differs between stage N and your own copy of it.`,
		Example:           examples("diff 2", "diff 4 -deep", "diff 2 -step Store.Put -tests", "diff 1 3", "diff 3 -mine", "diff 3 | less"),
		Args:              arguments(1, 2, "the numbers of one or two stages"),
		ValidArgsFunction: a.complete,
		RunE: func(_ *cobra.Command, args []string) error {
			from, to, err := a.span(args)
			if err != nil {
				return err
			}
			if mine {
				if len(args) == 2 || step != "" || opts != (difftext.Options{}) {
					return usagef("-mine takes one stage, and no other flag")
				}
				return a.diffMine(args[0])
			}
			if step != "" && len(args) == 2 {
				return usagef("-step is for the diff of one stage")
			}
			root, err := a.repository()
			if err != nil {
				return err
			}
			if step != "" {
				opts.Step, err = stages.FindStep(root, a.Stages, to, step)
				if _, ok := errors.AsType[*stages.NoStepError](err); ok {
					return usageError{err}
				}
				if err != nil {
					return err
				}
			}
			err = difftext.Write(term.New(a.Stdout), root, a.Stages, from, to.Number, opts)
			if errors.Is(err, syscall.EPIPE) { // as in diff 3 | head: the reader has seen enough
				return nil
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&opts.Deep, "deep", false, "show deep steps too")
	cmd.Flags().BoolVar(&opts.All, "all", false, "show deep and given steps too")
	cmd.Flags().BoolVar(&opts.Tests, "tests", false, "show tests too")
	cmd.Flags().BoolVar(&mine, "mine", false, "show what differs between the stage and your own copy")
	cmd.Flags().StringVar(&step, "step", "", "show this step alone: a number, or the name of a function")
	return cmd
}

// span reads the numbers of one stage or two: where a diff begins, and the
// stage that it leads to.
func (a App) span(args []string) (from int, to stages.Stage, err error) {
	if to, err = a.stage(args[0]); err != nil {
		return 0, to, err
	}
	if len(args) == 1 {
		return to.Number - 1, to, nil
	}
	from = to.Number
	if to, err = a.stage(args[1]); err != nil {
		return 0, to, err
	}
	if to.Number <= from {
		return 0, to, usagef("diff %d %d: the second stage must come after the first", from, to.Number)
	}
	return from, to, nil
}
