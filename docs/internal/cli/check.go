package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/exercise"
	"example.com/workshop/docs/internal/term"
)

func (a App) check() *cobra.Command {
	var opts exercise.CheckOptions
	var watch, asJSON bool
	cmd := &cobra.Command{
		Use:   "check N [NAME]",
		Short: "Run the tests of your copy, step by step, and say what to write next",
		Long: `Goes through the steps of your copy in order, runs the tests of each step, and
says whether the step is solved, red or blank, or waits: then nothing but a
function of another step fails its tests. At the first step that is not solved
it shows the function, the test that fails with its message, and how to run that
test alone. With -all it runs the steps after that too. For functions
that are still blank in other steps it uses the stage's own, so you can solve
each step by itself. With a NAME, such as Store.Beat or Beat, it checks only
that function, and uses the stage's own for all others; -run selects one test of
its step.

When every step is solved, it also runs the tests of the other core steps. With
-watch it runs again whenever a file is saved. The exit status is 0 whatever the
tests say; programs should read -json.`,
		Example:           examples("check 3", "check 3 Store.Beat", "check 3 -watch", "check 3 -all -json"),
		Args:              arguments(1, 2, "the number of one stage and, if you like, the name of a function"),
		ValidArgsFunction: a.completeTask,
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := a.work(args[0])
			if err != nil {
				return err
			}
			if len(args) > 1 {
				opts.Name = args[1]
			}
			if opts.Run != "" && opts.Name == "" {
				return usagef("-run takes a test of one function's step: check %d NAME -run %s", w.Stage.Number, opts.Run)
			}
			if cmd.Flags().Changed("limit") && opts.Limit <= 0 {
				return usagef("-limit %v is no time in which a test could end", opts.Limit)
			}
			opts.Last = a.last().Number
			if errs, ok := a.Stderr.(*os.File); ok && isatty.IsTerminal(errs.Fd()) {
				opts.Tell = func(text string) { fmt.Fprintln(a.Stderr, text) } // for whoever waits
			}
			check := func() error { return a.checked(cmd.Context(), w, opts, asJSON, watch) }
			if !watch {
				return exerciseError(check())
			}
			err = exercise.Watch(cmd.Context(), w, check)
			if errors.Is(err, context.Canceled) { // Ctrl-C is how a watch ends
				return nil
			}
			return exerciseError(err)
		},
	}
	cmd.Flags().BoolVar(&opts.All, "all", false, "run every step, also after the first that is unsolved")
	cmd.Flags().BoolVar(&watch, "watch", false, "run again whenever a file is saved; Ctrl-C ends it")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	cmd.Flags().StringVar(&opts.Run, "run", "", "with a NAME: run this test of its step alone")
	cmd.Flags().DurationVar(&opts.Limit, "limit", 0, "stop a step's tests after this time (30s, with etcd 2m)")
	return cmd
}

// checked runs one check and prints it.
func (a App) checked(ctx context.Context, w exercise.Work, opts exercise.CheckOptions, asJSON, watch bool) error {
	report, err := exercise.Check(ctx, w, opts)
	if err != nil {
		return err
	}
	if asJSON {
		out := json.NewEncoder(a.Stdout)
		if !watch { // one line for each run is easier to read by line
			out.SetIndent("", "  ")
		}
		return out.Encode(report)
	}
	screen := term.New(a.Stdout)
	report.Print(screen)
	if watch {
		_, err = fmt.Fprintf(screen, "\n%s\n\n", screen.Dim(time.Now().Format("15:04:05")+" waiting for a file to be saved; Ctrl-C ends it"))
	}
	return err
}

// exerciseError turns the user's mistakes into usage errors.
func exerciseError(err error) error {
	if _, ok := errors.AsType[*exercise.NoTaskError](err); ok {
		return usageError{err}
	}
	if _, ok := errors.AsType[*exercise.NoTestError](err); ok {
		return usageError{err}
	}
	if _, ok := errors.AsType[*exercise.NotStartedError](err); ok {
		return usageError{err}
	}
	return err
}

// completeTask offers the stages' numbers, and then the functions to write.
func (a App) completeTask(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return a.complete(cmd, args, typed)
	}
	stage, err := a.stage(args[0])
	if err != nil || len(args) > 1 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, step := range stage.Steps() {
		for _, name := range step.Write {
			names = append(names, cobra.CompletionWithDesc(name, step.Title))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
