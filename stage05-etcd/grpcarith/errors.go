package grpcarith

import (
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

// explain returns what client.Client would for an error of gRPC: a status says
// what went wrong by its code alone, and its cause is text.
func (c *Client) explain(call *client.Call, tries *attempts, err error) error {
	if err == nil {
		return nil
	}
	addr := call.Addr
	if !tries.lastSent { // to nobody in particular
		addr = strings.TrimPrefix(c.target, "passthrough:///")
	}
	text := shorten(status.Convert(err).Message())
	failed := &client.CallError{Op: call.Method, Addr: addr, Sent: tries.sent}
	switch status.Code(err) {
	case codes.DeadlineExceeded:
		failed.Err = context.DeadlineExceeded
		if !tries.sent { // no server has greeted, as one that speaks gRPC does at once
			failed.Err = fmt.Errorf("it has not spoken gRPC yet: %w", failed.Err)
		}
	case codes.Canceled:
		failed.Err = context.Canceled
		if strings.Contains(text, "the client connection is closing") {
			failed.Err = rpc.ErrShutdown // by Close
		}
	case codes.Unavailable:
		failed.Err = unavailable(text, tries.lastSent)
	default:
		failed.Err = rpc.ServerError(text)
	}
	return failed
}

// unavailable tells a service without instances from one that cannot be
// reached, and that from a connection that broke.
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

// unreachableError is a failed dial in gRPC's words.
type unreachableError string

func (e unreachableError) Error() string { return string(e) }

// Unwrap makes it what a failed dial is elsewhere.
func (e unreachableError) Unwrap() error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: errors.New(string(e))}
}
