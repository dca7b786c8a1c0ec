package grpcarith

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/workshop/stage05-etcd/client"
)

// explain returns the error that client.Client would return in place of gRPC's. In a gRPC
// status only the code says what went wrong; the cause is text. The code CANCELLED does
// not say who cancelled the call, but ctx, the call's context, does.
func (c *Client) explain(ctx context.Context, call *client.Call, tries *attempts, err error) error {
	if err == nil {
		return nil
	}
	addr := call.Addr
	if !tries.lastSent { // it was not sent to a server
		addr = strings.TrimPrefix(c.target, "passthrough:///")
	}
	text := cmp.Or(shorten(status.Convert(err).Message()), status.Code(err).String())
	failed := &client.CallError{Op: call.Method, Addr: addr, Sent: tries.sent}
	switch status.Code(err) {
	case codes.DeadlineExceeded:
		failed.Err = context.DeadlineExceeded
		if !tries.sent { // a server that speaks gRPC sends a preface at once, and none has
			failed.Err = fmt.Errorf("it has not spoken gRPC yet: %w", failed.Err)
		}
	case codes.Canceled:
		switch {
		case strings.Contains(text, "the client connection is closing"):
			failed.Err = rpc.ErrShutdown // by Close
		case ctx.Err() == nil:
			failed.Err = fmt.Errorf("%w: the server has cancelled the call", io.ErrUnexpectedEOF)
		default:
			failed.Err = context.Canceled
		}
	case codes.Unavailable:
		failed.Err = unavailable(text, tries.lastSent)
	default:
		failed.Err = rpc.ServerError(text)
	}
	return failed
}

// unavailable returns ErrNoInstances for a service without instances, io.ErrUnexpectedEOF
// for a connection that broke after a request was sent, and else an unreachableError.
func unavailable(text string, sent bool) error {
	switch {
	case text == "no children to pick from": // gRPC's words for an empty list
		return client.ErrNoInstances
	case sent:
		return fmt.Errorf("%w: %s", io.ErrUnexpectedEOF, text)
	default:
		return unreachableError(text)
	}
}

// unreachableError is gRPC's text for a failed dial.
type unreachableError string

func (e unreachableError) Error() string { return string(e) }

// Unwrap returns a *net.OpError, which is a failed dial's error elsewhere.
func (e unreachableError) Unwrap() error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: errors.New(string(e))}
}
