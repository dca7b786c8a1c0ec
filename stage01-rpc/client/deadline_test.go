package client_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/rpc"
	"runtime"
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

const seeN1 = "trap N1: net/rpc writes under a mutex and knows no deadline"

func TestCallsToAPeerThatNeverReadsReturnWhenTheirContextEnds(t *testing.T) {
	for name, end := range endings(20 * time.Millisecond) {
		t.Run(name, func(t *testing.T) {
			addr := deaf(t)
			c, err := client.Dial(t.Context(), "tcp", addr, client.Options{})
			require.NoError(t, err)

			args := make([]byte, 1<<20)
			for range 100 { // until the socket's buffers are full, and half a request is on the wire
				ctx, cancel := end(t.Context())
				err := c.Call(ctx, "Odd.Echo", args, new([]byte))
				cancel()
				if errors.Is(err, rpc.ErrShutdown) {
					break
				}
				require.ErrorIs(t, err, ctx.Err(), seeN1)
			}
			requireBroken(t, c)
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
					{5 * time.Second, "context deadline exceeded"},
					{1 * time.Second, "context deadline exceeded"},
					{2 * time.Second, "context deadline exceeded"},
					{5 * time.Second, "connection is shut down"}, // by the first one, whose request is half written
				}), seeN1)
				<-c.Broken()
			})
		})
	}
}

func TestNoCallRunsAfterItsCallerHasGivenUpItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		s, count := rpc.NewServer(), new(Count)
		require.NoError(t, s.Register(count))
		n.peer(t, "host:1", func(c net.Conn) {
			time.Sleep(2 * time.Second) // before it reads
			s.ServeConn(c)
		})
		c := n.dial(t, "host:1", "tcp")
		first := c.Go(t.Context(), "Count.Up", []byte("x"), new(int))
		synctest.Wait()
		before := runtime.NumGoroutine()
		var callers sync.WaitGroup
		for range 1000 {
			callers.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				c.Call(ctx, "Count.Up", []byte("x"), new(int))
			})
		}
		callers.Wait()
		require.Less(t, runtime.NumGoroutine(), before+50, seeN1)
		require.NoError(t, (<-first.Done).Err)
		time.Sleep(time.Minute)
		require.EqualValues(t, 1, count.calls.Load(), seeN1)
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
		}
		synctest.Wait()
	})
}
