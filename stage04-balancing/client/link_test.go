package client_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/registry/registrytest"
)

const seeN6 = "trap N6: nobody knows whether the request was sent"

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
		{"the server sends the head of a reply and hangs up", func(c net.Conn) { readRequest(c); a := answer(); c.Write(a[:len(a)-4]); c.Close() },
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

func TestAReplyThatBreaksOffIsAnotherInstancesCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		l, err := cluster.net.Listen("a:1")
		require.NoError(t, err)
		defer l.Close()
		go func() {
			conn, err := l.Accept()
			if err == nil {
				readRequest(conn)
				conn.Write(answer()[:len(answer())-1])
				conn.Close()
			}
		}()
		good := cluster.serve("b:1")
		bad := &host{in: good.in}
		bad.in.ID, bad.in.Addr = "a:1", "a:1"
		script := registrytest.NewScript()
		c := cluster.clientOf(script, client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		script.Shows(snapshot(bad, good))
		synctest.Wait()
		do(t, c)
		require.EqualValues(t, 1, failures(c, "a:1"))
	})
}
