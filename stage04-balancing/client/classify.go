package client

import (
	"errors"
	"net/rpc"

	"example.com/workshop/stage04-balancing/codec"
)

// Only this file decides what a call's error means, and only blame.go whose fault it is.

// answered reports whether an attempt that ended with err got an answer. The method's own
// error is an answer too.
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
