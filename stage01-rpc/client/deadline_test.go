package client_test

import (
	"context"
	"io"
	"net"
	"net/rpc"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage01-rpc/arith"
	"example.com/workshop/stage01-rpc/client"
	"example.com/workshop/stage01-rpc/server"
)

const (
	seeN1 = `trap N1: see stage 01, step "A call with a deadline that holds"`
	seeN2 = `trap N2: see stage 01, step "A call with a deadline that holds"`
)

// deaf listens on a real socket, accepts, and never reads.
func deaf(t testing.TB) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var conns []net.Conn
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			conns = append(conns, c)
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
		for _, c := range conns {
			c.Close()
		}
	})
	return l.Addr().String()
}

func TestCallsToAPeerThatNeverReadsReturnWhenTheirContextEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		end  func(context.Context) (context.Context, context.CancelFunc)
		want error
	}{
		"deadline": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 20*time.Millisecond)
		}, context.DeadlineExceeded},
		"cancellation": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(20*time.Millisecond, cancel)
			return ctx, cancel
		}, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			addr := deaf(t)
			c, err := client.Dial(t.Context(), "tcp", addr, client.Options{})
			require.NoError(t, err)

			args := make([]byte, 1<<20)
			var stuck int // fill the socket's buffers, until a call is not sent any more
			for err = error(nil); ; stuck++ {
				require.Less(t, stuck, 100, "the socket takes everything")
				ctx, cancel := tt.end(t.Context())
				err = c.Call(ctx, "Odd.Echo", args, new([]byte))
				cancel()
				require.ErrorIs(t, err, tt.want, seeN1)
				if !err.(*client.CallError).Sent {
					break
				}
			}
			<-c.Broken() // half a request is on the wire
			err = c.Call(t.Context(), "Odd.Echo", args, new([]byte))
			require.ErrorIs(t, err, rpc.ErrShutdown)
			require.NoError(t, c.Close())

			s := server.New(server.Options{Logger: quiet})
			require.NoError(t, s.Register(new(arith.Arith)))
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			go s.Serve(l, "tcp")
			defer s.Shutdown(context.Background())
			fresh, err := client.Dial(t.Context(), "tcp", l.Addr().String(), client.Options{})
			require.NoError(t, err)
			defer fresh.Close()
			requireWorks(t, fresh, "a new connection to a server that reads")
		})
	}
}

// failure is how and when a call failed.
type failure struct {
	After time.Duration
	Sent  bool
	Text  string
}

// call calls with a time-out of its own and reports how it failed.
func call(t testing.TB, c *client.Conn, timeout time.Duration) failure {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	began := time.Now()
	err := c.Call(ctx, "Odd.Echo", []byte("hello"), new([]byte))
	if err == nil {
		return failure{After: time.Since(began)}
	}
	failed := err.(*client.CallError)
	return failure{time.Since(began), failed.Sent, failed.Err.Error()}
}

func TestCallersThatWaitForTheirTurnReturnByTheirOwnDeadline(t *testing.T) {
	for _, network := range []string{"tcp", "jsonrpc"} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.peer(t, "host:1", func(c net.Conn) { <-t.Context().Done() }) // never reads
				c := n.dial(t, "host:1", network)
				timeouts := []time.Duration{5 * time.Second, time.Second, 2 * time.Second, time.Minute}
				got := make([]failure, len(timeouts))
				var callers sync.WaitGroup
				for i, timeout := range timeouts {
					callers.Go(func() { got[i] = call(t, c, timeout) })
					synctest.Wait() // the first one writes, the others wait in their order
				}
				callers.Wait()
				require.Empty(t, cmp.Diff(got, []failure{
					{5 * time.Second, false, "context deadline exceeded"},
					{1 * time.Second, false, "context deadline exceeded"},
					{2 * time.Second, false, "context deadline exceeded"},
					{5 * time.Second, false, "connection is shut down"}, // by the first one, whose request is half written
				}), seeN1)
				<-c.Broken()
			})
		})
	}
}

// sluggish is a connection that takes a second to hear of a deadline.
type sluggish struct{ net.Conn }

func (s sluggish) SetWriteDeadline(t time.Time) error {
	if !t.IsZero() {
		time.Sleep(time.Second)
	}
	return s.Conn.SetWriteDeadline(t)
}

func TestARequestThatIsSentJustAsItsContextEndsHarmsNoOtherCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		s := rpc.NewServer()
		require.NoError(t, s.Register(Odd{}))
		n.peer(t, "host:1", func(c net.Conn) {
			time.Sleep(1500 * time.Millisecond) // before it reads: in the midst of that second
			s.ServeConn(c)
		})
		c, err := client.Dial(t.Context(), "tcp", "host:1", client.Options{
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := n.DialContext(ctx, network, addr)
				return sluggish{conn}, err
			},
		})
		require.NoError(t, err)
		defer c.Close()
		call(t, c, time.Second) // which may fail, or have its answer by then
		time.Sleep(time.Minute)
		require.Empty(t, cmp.Diff(call(t, c, time.Second), failure{}), seeN1)
	})
}

func TestACallerThatGivesUpItsTurnDoesNotHurtTheOneThatWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		s := rpc.NewServer()
		require.NoError(t, s.Register(Odd{}))
		n.peer(t, "host:1", func(c net.Conn) {
			time.Sleep(2 * time.Second) // before it reads
			s.ServeConn(c)
		})
		c := n.dial(t, "host:1", "tcp")
		got := make([]failure, 3)
		var callers sync.WaitGroup
		for i, timeout := range []time.Duration{time.Minute, time.Second, time.Minute} {
			callers.Go(func() { got[i] = call(t, c, timeout) })
			synctest.Wait()
		}
		callers.Wait()
		require.Empty(t, cmp.Diff(got, []failure{
			{After: 2 * time.Second},
			{After: 1 * time.Second, Text: "context deadline exceeded"},
			{After: 2 * time.Second},
		}), seeN1)
	})
}

func TestACallWhoseContextHasEndedIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.peer(t, "host:1", func(c net.Conn) {
			read, err := c.Read(make([]byte, 1))
			if read > 0 || err != io.EOF {
				t.Errorf("the server has read %d bytes (%v)", read, err)
			}
		})
		c := n.dial(t, "host:1", "tcp")
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		for range 100 { // select picks at random when the turn is free as well
			err := c.Call(ended, "Odd.Echo", []byte("hello"), new([]byte))
			require.ErrorIs(t, err, context.Canceled)
			require.False(t, err.(*client.CallError).Sent)
		}
		synctest.Wait()
	})
}

func TestALateReplyDoesNotReachACallerThatGaveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		c := n.dial(t, "host:1", "tcp")
		for name, end := range map[string]func() (context.Context, context.CancelFunc){
			"deadline": func() (context.Context, context.CancelFunc) { return context.WithTimeout(t.Context(), time.Second) },
			"cancellation": func() (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				return ctx, cancel
			},
		} {
			began := time.Now()
			var slept bool
			ctx, cancel := end()
			err := c.Call(ctx, "Odd.Slow", 2*time.Second, &slept)
			cancel()
			require.ErrorIs(t, err, ctx.Err(), name)
			require.True(t, err.(*client.CallError).Sent, name)
			require.Equal(t, time.Second, time.Since(began), name)
			for range 4 {
				require.False(t, slept, seeN2) // under -race, this read catches the late write
				time.Sleep(500 * time.Millisecond)
			}
			requireWorks(t, c, "the connection is as good as before")
		}
	})
}

func TestADeadlineThatPassesHarmsNoOtherCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		c := n.dial(t, "host:1", "tcp")
		patient := c.Go(t.Context(), "Odd.Slow", time.Minute, new(bool))
		for range 10 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			require.ErrorIs(t, c.Call(ctx, "Odd.Slow", 3*time.Second, new(bool)), context.DeadlineExceeded)
			cancel()
		}
		require.NoError(t, (<-patient.Done).Err)
		requireWorks(t, c, "a call after those that timed out")
	})
}
