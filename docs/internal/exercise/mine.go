package exercise

import (
	"context"
	"path/filepath"
	"time"

	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/stages"
)

// Builder compiles the commands of a copy, whichever folder it is asked to compile. It
// uses the stage's own functions for what is still blank in the copy, and returns their
// names.
func Builder(w Work) (proc.Builder, []string, error) {
	c, err := w.open()
	if err != nil {
		return nil, nil, err
	}
	o, err := c.filled()
	if err != nil {
		return nil, nil, err
	}
	return func(ctx context.Context, _, out string, tick func(time.Duration)) error {
		done, err := w.lock(ctx)
		if err != nil {
			return err
		}
		defer done()
		flag, err := o.writeOverlay(w.Dir, filepath.Join(w.state(), "mine"))
		if err != nil {
			return err
		}
		var flags []string
		if flag != "" {
			flags = []string{"-overlay", flag}
		}
		return proc.BuildWith(environment(), flags...)(ctx, w.Dir, out, tick)
	}, names(o.tasks), nil
}

// Trees are a stage and a copy of it, to compare.
func Trees(w Work) (stage, own stages.Tree, err error) {
	if err := w.begun(); err != nil {
		return nil, nil, err
	}
	if stage, err = stages.ReadTree(filepath.Join(w.Root, w.Stage.Dir)); err != nil {
		return nil, nil, err
	}
	own, err = stages.ReadTree(w.Dir)
	delete(own, "go.work")
	return stage, own, err
}
