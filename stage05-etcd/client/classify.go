package client

import (
	"errors"
	"net/rpc"

	"example.com/workshop/stage05-etcd/codec"
)

// What the error of a call means is decided here, and in blame.go whose fault it is; nowhere else.

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
