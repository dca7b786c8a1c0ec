package client_test

import (
	"bytes"
	"context"
	"encoding/gob"
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

	"example.com/workshop/stage05-etcd/client"
)

const seeN6 = `trap N6: see stage 01, step "What net/rpc does not tell"`

// readRequest reads one whole request.
func readRequest(c net.Conn) {
	dec := gob.NewDecoder(c)
	dec.Decode(new(rpc.Request))
	dec.Decode(new(time.Duration))
}

// answer is the reply to the first request, as bytes.
func answer() []byte {
	var b bytes.Buffer
	enc := gob.NewEncoder(&b)
	enc.Encode(rpc.Response{ServiceMethod: "Odd.Slow"})
	enc.Encode(true)
	return b.Bytes()
}

func TestAnErrorTellsWhetherTheRequestWasSent(t *testing.T) {
	for _, tt := range []struct {
		name    string
		peer    func(net.Conn)
		want    error
		sent    bool
		outcome client.Outcome
	}{
		{"the method fails", func(c net.Conn) { s := rpc.NewServer(); s.ServeConn(c) },
			rpc.ServerError("rpc: can't find service Odd.Slow"), true, client.Refused},
		{"the server reads the request and hangs up", func(c net.Conn) { readRequest(c); c.Close() },
			io.ErrUnexpectedEOF, true, client.Unreachable},
		{"the server sends half a reply and hangs up", func(c net.Conn) { readRequest(c); c.Write(answer()[:10]); c.Close() },
			io.ErrUnexpectedEOF, true, client.Unreachable},
		{"the server sends all but the last byte and hangs up", func(c net.Conn) { readRequest(c); a := answer(); c.Write(a[:len(a)-1]); c.Close() },
			io.ErrUnexpectedEOF, true, client.Unreachable},
		{"the server hangs up in the middle of the request", func(c net.Conn) { c.Read(make([]byte, 10)); c.Close() },
			io.ErrUnexpectedEOF, true, client.Unreachable},
		{"the server does not answer", func(c net.Conn) { readRequest(c) },
			context.DeadlineExceeded, true, client.TimedOut},
		{"the server does not read", func(c net.Conn) {}, // the request may be on its way all the same
			context.DeadlineExceeded, true, client.TimedOut},
		{"the server reads half the request", func(c net.Conn) { c.Read(make([]byte, 10)) },
			context.DeadlineExceeded, true, client.TimedOut},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.peer(t, "host:1", func(c net.Conn) { tt.peer(c); <-t.Context().Done() })
				c := n.dial(t, "host:1", "tcp")
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				err := c.Call(ctx, "Odd.Slow", time.Nanosecond, new(bool))
				require.ErrorIs(t, err, tt.want, seeN6)
				failed, ok := errors.AsType[*client.CallError](err)
				require.True(t, ok)
				require.Equal(t, client.CallError{Op: "Odd.Slow", Addr: "host:1", Sent: tt.sent, Err: failed.Err}, *failed, seeN6)
				require.Equal(t, tt.outcome, client.OutcomeOf(err))
			})
		})
	}
}

func TestGarbageInsteadOfAReplyEndsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.peer(t, "host:1", func(c net.Conn) { readRequest(c); c.Write(bytes.Repeat([]byte{3}, 100)) })
		c := n.dial(t, "host:1", "tcp")
		err := c.Call(t.Context(), "Odd.Slow", time.Nanosecond, new(bool))
		require.Error(t, err)
		require.True(t, err.(*client.CallError).Sent)
		<-c.Broken()
		require.ErrorIs(t, c.Call(t.Context(), "Odd.Slow", time.Nanosecond, new(bool)), rpc.ErrShutdown)
	})
}

// refused is a connection whose other end says why it hangs up.
type refused struct{ net.Conn }

var errRefused = errors.New("not you")

func (refused) Read([]byte) (int, error) { return 0, errRefused }

func TestACallOnAConnectionThatWasRefusedSaysWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		c, err := client.Dial(t.Context(), "tcp", "host:1", client.Options{
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := n.DialContext(ctx, network, addr)
				return refused{conn}, err
			},
		})
		require.NoError(t, err)
		defer c.Close()
		<-c.Broken()
		err = c.Call(t.Context(), "Odd.Slow", time.Nanosecond, new(bool))
		require.ErrorIs(t, err, errRefused)
		require.ErrorIs(t, err, rpc.ErrShutdown)
		require.False(t, err.(*client.CallError).Sent, seeN6)
	})
}

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

func TestACallErrorSaysWhatFailedAndWhere(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}, Err: syscall.ECONNREFUSED}
	broken := &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	for want, err := range map[string]*client.CallError{
		"Arith.Divide on host:1: divide by zero":                       {Op: "Arith.Divide", Addr: "host:1", Err: rpc.ServerError("divide by zero")},
		"dial on host:1: not a net/rpc server: 404":                    {Op: "dial", Addr: "host:1", Err: errors.New("not a net/rpc server: 404")},
		"dial tcp 127.0.0.1:1: " + syscall.ECONNREFUSED.Error():        {Op: "dial", Addr: "127.0.0.1:1", Err: refused},
		"Arith.Sum on host:1: read tcp: " + syscall.ECONNRESET.Error(): {Op: "Arith.Sum", Addr: "host:1", Err: broken},
	} {
		require.EqualError(t, err, want)
		require.Equal(t, err.Err, errors.Unwrap(err))
	}
}
