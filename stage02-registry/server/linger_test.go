package server_test

import (
	"io"
	"net"
	"net/rpc"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/server"
)

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
				half := &halfClosing{Listener: h.listen(t)}
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
				require.Equal(t, tt.lasted, time.Since(began), "a connection lingers until its peer closes, for a second at most. It must set a read deadline of its own, since Shutdown has set one in the past; a second Shutdown must not set that again; "+seeN7)
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
	for network, dial := range dialTCP {
		t.Run(network, func(t *testing.T) {
			h, addr := tcp(t, network, server.Options{})
			counter := &Counter{enough: 500, reached: make(chan struct{})}
			require.NoError(t, h.Register(counter))
			var answered atomic.Int64
			var callers sync.WaitGroup
			for range 4 {
				c, err := dial("tcp", addr)
				require.NoError(t, err)
				callers.Go(func() {
					defer c.Close() // after the last reply: net/rpc leaves it to us when the server hangs up
					var mine sync.WaitGroup
					for range 16 {
						mine.Go(func() {
							for c.Call("Counter.Add", make([]byte, 4<<10), new(int)) == nil {
								answered.Add(1)
							}
						})
					}
					mine.Wait()
				})
			}
			<-counter.reached
			require.NoError(t, h.Shutdown(t.Context()))
			callers.Wait()
			require.Equal(t, counter.served.Load(), answered.Load(), "calls served and calls answered; "+seeN7)
		})
	}
}

func TestClientsThatConnectDuringShutdownLoseNoCallEither(t *testing.T) {
	for network, dial := range dialTCP {
		t.Run(network, func(t *testing.T) {
			h, addr := tcp(t, network, server.Options{})
			counter := &Counter{enough: 100, reached: make(chan struct{})}
			require.NoError(t, h.Register(counter))
			var answered atomic.Int64
			var callers sync.WaitGroup
			call := func() error {
				c, err := dial("tcp", addr)
				if err != nil {
					return err
				}
				defer c.Close()
				return c.Call("Counter.Add", []byte("x"), new(int))
			}
			for range 8 {
				callers.Go(func() {
					for call() == nil {
						answered.Add(1)
					}
				})
			}
			<-counter.reached
			require.NoError(t, h.Shutdown(t.Context()))
			callers.Wait()
			require.Equal(t, counter.served.Load(), answered.Load(), "calls served and calls answered; "+seeN7)
		})
	}
}

// eager is a connection that reports the end of the stream together with the
// last bytes before it, as TLS may.
type eager struct{ net.Conn }

func (e eager) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	if err == nil {
		err = io.EOF
	}
	return n, err
}

type eagerListener struct{ net.Listener }

func (l eagerListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return eager{c}, err
}

func TestARequestThatComesWithTheEndOfTheStreamIsServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, server.Options{})
		h.serve(t, eagerListener{h.listen(t)}, "tcp")
		conn := h.dial(t)
		_, err := io.WriteString(conn, gobOf(t, rpc.Request{ServiceMethod: "Odd.Echo", Seq: 5}, []byte("x")))
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(replies(t, conn), []header{{Seq: 5}}))
	})
}
