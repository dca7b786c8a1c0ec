package client_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"net"
	"net/rpc"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage01-rpc/client"
)

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
