package client

import (
	"context"
	"errors"
	"net/rpc"
	"time"

	"example.com/workshop/stage04-balancing/codec"
)

// What the error of a call means is decided here, and nowhere else.

// wasSent reports whether the server may have seen a request that net/rpc says has
// ended with err on c, and returns the error that says what happened: for net/rpc,
// whatever comes after the end of a connection ends with rpc.ErrShutdown.
func (c *Conn) wasSent(err error) (bool, error) {
	unsent, ok := errors.AsType[*unsentError](err)
	if ok {
		err = unsent.err
	}
	if errors.Is(err, rpc.ErrShutdown) && !c.closed.Load() {
		return false, c.link.failure()
	}
	return !ok, err
}

// answered reports whether an attempt that ended with err got an answer, be it an
// error of the method's own.
func answered(err error) bool {
	_, refused := errors.AsType[rpc.ServerError](err)
	return err == nil || refused
}

// isFinal reports whether an error would be the same on every instance: it is an answer
// to a call that was not misdirected, or the caller's own fault (a *codec.TypeError or
// *replyError).
func isFinal(method string, err error) bool {
	_, badArgs := errors.AsType[*codec.TypeError](err)
	_, badReply := errors.AsType[*replyError](err)
	return answered(err) && !misdirected(method, err) || badArgs || badReply
}

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
