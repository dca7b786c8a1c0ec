package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"example.com/workshop/docs/internal/difftext"
	"example.com/workshop/docs/internal/exercise"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

// mine builds the participant's copy of a stage in place of the stage, and reports which
// functions of it are still the stage's own.
func (a App) mine(root string, stage stages.Stage) (proc.Builder, error) {
	w := exercise.At(root, stage)
	build, blank, err := exercise.Builder(w)
	if err != nil {
		return nil, exerciseError(err)
	}
	if a.Build != nil {
		build = func(ctx context.Context, _, out string, tick func(time.Duration)) error {
			return a.Build(ctx, w.Dir, out, tick)
		}
	}
	if len(blank) > 0 {
		fmt.Fprintln(a.Stderr, term.Wrap("still blank in "+w.Name()+", so the stage's own run: "+strings.Join(blank, ", "), term.Width))
	}
	return build, nil
}

// diffMine shows what differs between a stage and the participant's copy.
func (a App) diffMine(arg string) error {
	w, err := a.work(arg)
	if err != nil {
		return err
	}
	stage, own, err := exercise.Trees(w)
	if err != nil {
		return exerciseError(err)
	}
	n, err := difftext.Trees(term.New(a.Stdout), w.Stage.Dir, w.Name(), stage, own)
	if err == nil && n == 0 {
		_, err = fmt.Fprintf(a.Stdout, "%s is the same as %s\n", w.Name(), w.Stage.Dir)
	}
	return err
}
