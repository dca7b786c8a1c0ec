package proc

import (
	"context"
	"errors"
)

// Run runs a command to its end. The error is about how it ended, as [Process.Err] says.
// When ctx ends the command is interrupted, and the error is ctx's.
func Run(ctx context.Context, c Command) error {
	group := NewGroup(StopGrace)
	p, err := group.Start(c)
	if err != nil {
		return err
	}
	select {
	case <-p.Done():
		return p.Err()
	case <-ctx.Done():
		return errors.Join(ctx.Err(), group.Close())
	}
}
