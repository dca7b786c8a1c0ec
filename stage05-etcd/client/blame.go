package client

import (
	"context"
	"errors"
	"time"
)

// blame returns err if it is the fault of the instance that was called for so long, and
// nil otherwise: for an answer unless isFault says so, if the caller gave up or may have
// erred (a *misfitError), or if its deadline passed before there was enough time to reply.
func blame(method string, err error, took, enough time.Duration) error {
	_, misfit := errors.AsType[*misfitError](err)
	switch {
	case isFault(method, err):
		return err
	case answered(err), isFinal(method, err), misfit, err == context.Canceled: // bare, it is the caller's own; that of a dial is wrapped
		return nil
	case err == context.DeadlineExceeded && took < enough:
		return nil
	}
	return err
}
