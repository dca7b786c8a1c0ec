package cli

import (
	"bufio"
	"context"
	"errors"
	"os"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/breaks"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

func (a App) breaks() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "break N [NAME]",
		Short: "Make a well-known mistake in stage N, and see which test notices",
		Long: `Lists the ways to break stage N: mistakes that tutorials and well-known systems
have made. With a name, it makes that mistake in a copy of the stage below
work/break, shows the change, asks what you expect, and runs the tests that
should notice. Then it shows which tests did, which invariant does not hold any
more, and what you would see in production. The stage itself is not changed; the
copy is made anew each time.

It does not ask with -yes, or when its input is not a terminal.`,
		Example:           examples("break 3", "break 3 beat-without-lease", "break 3 beat-without-lease -yes"),
		Args:              arguments(1, 2, "the number of a stage and, if you like, the name of a break"),
		ValidArgsFunction: a.completeBreaks,
		RunE: func(cmd *cobra.Command, args []string) error {
			stage, err := a.stage(args[0])
			if err != nil {
				return err
			}
			root, err := a.repository()
			if err != nil {
				return err
			}
			player := breaks.Player{Root: root, Stage: stage, Screen: term.New(a.Stdout)}
			if !yes && isatty.IsTerminal(os.Stdin.Fd()) {
				player.Ask = ask
			}
			if len(args) == 1 {
				return player.List()
			}
			err = player.Play(cmd.Context(), args[1])
			if _, ok := errors.AsType[*breaks.NoBreakError](err); ok {
				return usageError{err}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "ask nothing")
	return cmd
}

// ask reads a line from the terminal, until ctx ends.
func ask(ctx context.Context) (string, error) {
	lines := make(chan string, 1)
	go func() { // ends with the process if nothing is typed
		line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		lines <- line
	}()
	select {
	case line := <-lines:
		return line, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// completeBreaks offers the stages' numbers to the shell, and then the names of
// a stage's breaks.
func (a App) completeBreaks(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return a.complete(cmd, args, typed)
	}
	var names []string
	root, err := a.repository()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var stage stages.Stage
	if stage, err = a.stage(args[0]); err != nil || len(args) > 1 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	all, _ := breaks.Load(root, stage)
	for _, b := range all {
		names = append(names, cobra.CompletionWithDesc(b.Name, b.Summary))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
