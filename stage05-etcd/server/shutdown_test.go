package server_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"io"
	"net"
	"net/rpc"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/server"
)

// seeN7 points a failure at its explanation.
const seeN7 = `trap N7: see stage 01, step "A server stops"`

func TestShutdownWaitsForACallInFlightAndTakesNoMore(t *testing.T) {
	for _, network := range []string{"tcp", "http", "jsonrpc"} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, network, server.Options{})
				c := h.conn(t, network)
				began := time.Now()
				var slept bool
				slow := c.Go(t.Context(), "Odd.Slow", 4*time.Second, &slept)
				time.Sleep(time.Second)
				down := make(chan error, 1)
				go func() { down <- h.Shutdown(t.Context()) }()
				synctest.Wait()

				_, err := h.network.DialContext(t.Context(), "tcp", "host:1")
				require.Error(t, err, "the listener is closed at once")
				require.Equal(t, server.ErrServerClosed, <-h.served)
				later := c.Go(t.Context(), "Odd.Slow", time.Nanosecond, new(bool))
				require.NoError(t, (<-slow.Done).Err, seeN7)
				require.True(t, slept)
				require.NoError(t, <-down)
				require.Equal(t, 4*time.Second, time.Since(began), "Shutdown returns with the last reply")
				require.Error(t, (<-later.Done).Err, "a call after the shutdown began")
				require.Equal(t, 4*time.Second, time.Since(began))
			})
		})
	}
}

func TestShutdownServesTheRequestsThatItHasRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{MaxCalls: 1})
		conn := h.dial(t)
		var pipeline []any
		for seq := range uint64(3) {
			pipeline = append(pipeline, rpc.Request{ServiceMethod: "Odd.Slow", Seq: seq}, time.Second)
		}
		_, err := io.WriteString(conn, gobOf(t, pipeline...)) // one burst: two wait in the server's buffer
		require.NoError(t, err)
		synctest.Wait()
		go h.Shutdown(t.Context())
		got := replies(t, conn)
		require.Empty(t, cmp.Diff(got, []header{{Seq: 0}, {Seq: 1}, {Seq: 2}}), seeN7)
	})
}

func TestShutdownDoesNotAnswerHalfARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		conn := h.dial(t)
		request := gobOf(t, rpc.Request{ServiceMethod: "Odd.Echo"}, []byte("hello"))
		_, err := io.WriteString(conn, request[:len(request)-3])
		require.NoError(t, err)
		synctest.Wait()
		go h.Shutdown(t.Context())
		require.Empty(t, replies(t, conn), "an answer would say that the method refused, and forbid to try elsewhere")
	})
}

// header is what is looked at of a reply.
type header struct {
	Seq   uint64
	Error string
}

// replies returns the headers of all replies until the server hangs up.
func replies(t testing.TB, conn net.Conn) (headers []header) {
	t.Helper()
	all, err := io.ReadAll(conn)
	require.NoError(t, err)
	for dec := gob.NewDecoder(bytes.NewReader(all)); ; {
		var h header
		if err := dec.Decode(&h); err != nil {
			require.Equal(t, io.EOF, err)
			return headers
		}
		require.NoError(t, dec.DecodeValue(reflect.Value{})) // skips the body
		headers = append(headers, h)
	}
}

func TestShutdownHangsUpOnIdleConnectionsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		silent, used := h.dial(t), h.conn(t, "tcp")
		require.NoError(t, used.Call(t.Context(), "Odd.Slow", time.Nanosecond, new(bool)))
		began := time.Now()
		require.NoError(t, h.Shutdown(t.Context()))
		require.Zero(t, time.Since(began), seeN7)
		_, err := silent.Read(make([]byte, 1))
		require.Equal(t, io.EOF, err)
		<-used.Broken()
	})
}

func TestShutdownHangsUpOnHTTPPeersThatDidNotConnectYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "http", server.Options{})
		conn := h.dial(t)
		_, err := io.WriteString(conn, "CONNECT /_goRPC_ HTTP/1.0\r\n")
		require.NoError(t, err)
		began := time.Now()
		require.NoError(t, h.Shutdown(t.Context()))
		require.Equal(t, server.ErrServerClosed, <-h.served)
		_, err = conn.Read(make([]byte, 1))
		require.Equal(t, io.EOF, err)
		require.Zero(t, time.Since(began))
	})
}

func TestShutdownCutsOffWhatOutlastsItsDeadlineAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		stuck, stuckToo := h.conn(t, "tcp"), h.conn(t, "tcp")
		calls := []*client.Call{
			stuck.Go(t.Context(), "Odd.Slow", time.Hour, new(bool)),
			stuckToo.Go(t.Context(), "Odd.Slow", time.Hour, new(bool)),
		}
		h.conn(t, "tcp") // idle, so not cut off
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		began := time.Now()
		err := h.Shutdown(ctx)
		require.EqualError(t, err, "server: 2 connections cut off: context deadline exceeded", seeN7)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 5*time.Second, time.Since(began))
		for _, call := range calls {
			require.ErrorIs(t, (<-call.Done).Err, io.ErrUnexpectedEOF, "its caller learns that nobody knows")
		}
		require.Equal(t, 5*time.Second, time.Since(began))
		require.NoError(t, h.Shutdown(t.Context()), "a second one waits for the methods that were left behind")
		require.Equal(t, time.Hour, time.Since(began))
	})
}

func TestShutdownWithoutConnectionsReturnsAtOnceEveryTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		began := time.Now()
		for range 3 {
			require.NoError(t, h.Shutdown(t.Context()))
		}
		require.Zero(t, time.Since(began))
	})
}

func TestEveryShutdownWaitsForTheCallsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		slow := h.conn(t, "tcp").Go(t.Context(), "Odd.Slow", 10*time.Second, new(bool))
		time.Sleep(time.Second)
		began := time.Now()
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := h.Shutdown(t.Context()); err != nil || time.Since(began) != 9*time.Second {
					t.Errorf("Shutdown returned %v after %v", err, time.Since(began))
				}
			})
		}
		all.Wait()
		require.NoError(t, (<-slow.Done).Err)
	})
}

// halfCloser is a connection that can end its own side alone, as TCP's can.
type halfCloser struct {
	net.Conn
	closed *atomic.Bool
}

func (h halfCloser) CloseWrite() error { h.closed.Store(true); return nil }

type halfClosing struct {
	net.Listener
	closed atomic.Bool
}

func (l *halfClosing) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return halfCloser{c, &l.closed}, err
}

func TestAConnectionLingersForASecondUntilItsPeerHasClosed(t *testing.T) {
	for name, tt := range map[string]struct {
		peer   func(net.Conn)
		lasted time.Duration
	}{
		"the peer stays":       {func(net.Conn) {}, time.Second},
		"the peer sends on":    {func(c net.Conn) { io.Copy(c, neverending{}) }, time.Second},
		"the peer closes soon": {func(c net.Conn) { time.Sleep(100 * time.Millisecond); c.Close() }, 100 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHost(t, server.Options{})
				l, err := h.network.Listen("host:1")
				require.NoError(t, err)
				half := &halfClosing{Listener: l}
				h.serve(t, half, "tcp")
				conn := h.dial(t)
				synctest.Wait()
				began := time.Now()
				go h.Shutdown(t.Context())
				synctest.Wait()
				require.True(t, half.closed.Load(), "the peer must learn that no more replies come")
				var peer sync.WaitGroup
				peer.Go(func() { tt.peer(conn) })
				time.Sleep(50 * time.Millisecond)
				require.NoError(t, h.Shutdown(t.Context()), "one more, which must not cut the first one short")
				require.Equal(t, tt.lasted, time.Since(began), seeN7)
				peer.Wait()
			})
		})
	}
}

type neverending struct{}

func (neverending) Read(p []byte) (int, error) {
	time.Sleep(time.Millisecond)
	return copy(p, "x"), nil
}

// Counter counts the calls that it has served.
type Counter struct {
	served  atomic.Int64
	enough  int64
	reached chan struct{} // closed when served is enough
}

func (c *Counter) Add(b []byte, reply *int) error {
	if c.served.Add(1) == c.enough {
		close(c.reached)
	}
	return nil
}

func TestEveryCallThatWasServedIsAnsweredThoughManyAreOnTheirWay(t *testing.T) {
	h, addr := tcp(t, "tcp", server.Options{})
	counter := &Counter{enough: 500, reached: make(chan struct{})}
	require.NoError(t, h.Register(counter))
	var answered atomic.Int64
	var callers sync.WaitGroup
	for range 4 {
		c, err := rpc.Dial("tcp", addr)
		require.NoError(t, err)
		defer c.Close()
		for range 16 {
			callers.Go(func() {
				for c.Call("Counter.Add", make([]byte, 4<<10), new(int)) == nil {
					answered.Add(1)
				}
				c.Close()
			})
		}
	}
	<-counter.reached
	require.NoError(t, h.Shutdown(t.Context()))
	callers.Wait()
	require.Equal(t, counter.served.Load(), answered.Load(), "calls served and calls answered; "+seeN7)
}
