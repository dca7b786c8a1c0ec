package grpcarith

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"strconv"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/mtls"
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
	case text == "no children to pick from": // round_robin's words for an empty list
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

// shorten returns the innermost part of a message such as
//
//	last connection error: connection error: desc = "transport: Error while dialing: dial tcp …"
func shorten(text string) string {
	if _, last, ok := strings.Cut(text, "rpc error: code = Unavailable desc = "); ok { // after retries
		text = last
	}
	if _, inner, ok := strings.Cut(text, `desc = "`); ok {
		if quoted, err := strconv.Unquote(`"` + inner); err == nil {
			text = quoted
		}
	}
	for _, prefix := range []string{"transport: ", "Error while dialing: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	const alert = "remote error: tls: "
	switch {
	case strings.Contains(text, mtls.ErrTLSRequired.Error()):
		return mtls.ErrTLSRequired.Error()
	case strings.Contains(text, "signed by unknown authority"):
		return mtls.ErrUnknownCA.Error()
	case strings.Contains(text, alert):
		return mtls.ErrRefused.Error() + " (" + text[strings.Index(text, alert):] + ")"
	case strings.Contains(text, "missing selected ALPN property"):
		return "it speaks TLS, but not gRPC"
	}
	return strings.Replace(text, "error reading server preface", "it does not speak gRPC", 1)
}
