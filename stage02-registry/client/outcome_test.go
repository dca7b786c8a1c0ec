package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/client"
)

func TestOutcomesOfErrors(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want client.Outcome
	}{
		{nil, client.Acknowledged},
		{rpc.ServerError("divide by zero"), client.Refused},
		{fmt.Errorf("wrapped: %w", rpc.ServerError("divide by zero")), client.Refused},
		{context.DeadlineExceeded, client.TimedOut},
		{&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, client.TimedOut},
		{&net.OpError{Op: "dial", Err: fmt.Errorf("wrapped: %w", context.DeadlineExceeded)}, client.TimedOut},
		{context.Canceled, client.Unreachable},
		{rpc.ErrShutdown, client.Unreachable},
		{io.ErrUnexpectedEOF, client.Unreachable},
		{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, client.Unreachable},
		{errors.New("anything"), client.Unreachable},
	} {
		require.Equal(t, tt.want, client.OutcomeOf(tt.err), "%v", tt.err)
		if tt.err != nil {
			require.Equal(t, tt.want, client.OutcomeOf(&client.CallError{Err: tt.err}), "%v", tt.err)
		}
	}
}

func TestACallEndsWhateverItsPeerDoes(t *testing.T) {
	for _, tt := range []struct {
		name    string
		peer    func(net.Conn)
		want    string
		outcome client.Outcome
	}{
		{"the method fails", func(c net.Conn) { s := rpc.NewServer(); s.ServeConn(c) },
			"rpc: can't find service Odd.Slow", client.Refused},
		{"the server reads the request and hangs up", func(c net.Conn) { readRequest(c); c.Close() },
			"unexpected EOF", client.Unreachable},
		{"the server sends half a reply and hangs up", func(c net.Conn) { readRequest(c); c.Write(answer()[:10]); c.Close() },
			"unexpected EOF", client.Unreachable},
		{"the server sends the head of a reply and hangs up", func(c net.Conn) { readRequest(c); a := answer(); c.Write(a[:len(a)-4]); c.Close() },
			"reading body EOF", client.Unreachable},
		{"the server sends all but the last byte and hangs up", func(c net.Conn) { readRequest(c); a := answer(); c.Write(a[:len(a)-1]); c.Close() },
			"reading body unexpected EOF", client.Unreachable},
		{"the server hangs up in the middle of the request", func(c net.Conn) { c.Read(make([]byte, 10)); c.Close() },
			"io: read/write on closed pipe", client.Unreachable},
		{"the server does not answer", readRequest,
			"context deadline exceeded", client.TimedOut},
		{"the server does not read", func(c net.Conn) {},
			"context deadline exceeded", client.TimedOut},
		{"the server reads half the request", func(c net.Conn) { c.Read(make([]byte, 10)) },
			"context deadline exceeded", client.TimedOut},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.peer(t, "host:1", func(c net.Conn) { tt.peer(c); <-t.Context().Done() })
				c := n.dial(t, "host:1", "tcp")
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				err := c.Call(ctx, "Odd.Slow", time.Nanosecond, new(bool))
				require.EqualError(t, err, "Odd.Slow on host:1: "+tt.want)
				require.Equal(t, client.CallError{Op: "Odd.Slow", Addr: "host:1", Err: errors.Unwrap(err)}, *err.(*client.CallError))
				require.Equal(t, tt.outcome, client.OutcomeOf(err))
			})
		})
	}
}
