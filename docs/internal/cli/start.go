package cli

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/exercise"
	"example.com/workshop/docs/internal/stages"
)

func (a App) start() *cobra.Command {
	var opts exercise.StartOptions
	var fromMine bool
	cmd := &cobra.Command{
		Use:   "start N",
		Short: "Make a copy of stage N in which you write its functions yourself",
		Long: `Copies stage N to work/, as a separate module and workspace, and blanks the
functions that its core steps ask for: their doc comments and signatures stay,
and so do the tests. With -deep the functions of the deep steps are blank too.
start never overwrites a copy that exists: it says how much of it is solved, and
reset blanks one more of its functions, deep or not. Imports that only the blank
functions needed stay as comments. With -from-mine the copy begins with what you
have written in the stage before, wherever that still fits.`,
		Example:           examples("start 3", "start 4 -deep", "start 4 -from-mine"),
		Args:              arguments(1, 1, "the number of one stage"),
		ValidArgsFunction: a.complete,
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := a.work(args[0])
			if err != nil {
				return err
			}
			if fromMine {
				before, err := stages.Find(a.Stages, w.Stage.Number-1)
				if err != nil {
					return usagef("-from-mine takes what you have written in the stage before, and there is none before %s", w.Stage.Name())
				}
				from := exercise.At(w.Root, before)
				opts.From = &from
			}
			started, err := exercise.Start(cmd.Context(), w, opts)
			if err != nil {
				return exerciseError(err)
			}
			return a.started(started, opts.Deep)
		},
	}
	cmd.Flags().BoolVar(&opts.Deep, "deep", false, "blank the functions of deep steps too")
	cmd.Flags().BoolVar(&fromMine, "from-mine", false, "begin with what you have written in the stage before")
	return cmd
}

// work names the participant's copy of a stage.
func (a App) work(arg string) (exercise.Work, error) {
	stage, err := a.stage(arg)
	if err != nil {
		return exercise.Work{}, err
	}
	root, err := a.repository()
	return exercise.At(root, stage), err
}

// started tells what start made or found, and how a copy that it found becomes deep.
func (a App) started(s exercise.Started, deep bool) error {
	n := s.Work.Stage.Number
	print := func(format string, args ...any) { fmt.Fprintf(a.Stdout, format+"\n", args...) }
	if s.Found {
		print("%s is there already, with %d of %s written; nothing is changed", s.Work.Name(), len(s.Tasks)-len(s.Blank), exercise.Count(len(s.Tasks), "function"))
	} else {
		print("%s: %s to write in %s", s.Work.Name(), exercise.Count(len(s.Blank), "function"), exercise.Count(s.Steps, "step"))
	}
	for _, name := range append(s.Taken.Functions, s.Taken.Files...) {
		print("  yours: %s", name)
	}
	for _, why := range s.Taken.Left {
		print("  the stage's own: %s", why)
	}
	for _, name := range s.Since {
		print("the stage has changed since: %s", name)
	}
	print("open this folder in your editor, in a window of its own: %s", filepath.Clean(s.Work.Dir))
	if s.Found {
		if deep {
			print("to write a function of a deep step in this copy: go run ./docs reset %d NAME makes it blank", n)
		}
		print("to begin anew, after a copy to work/.backup: go run ./docs reset %d", n)
	}
	print("next: go run ./docs check %d", n)
	return nil
}
