package client_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/arith"
	"example.com/workshop/stage03-heartbeat/client"
)

func TestACallThatGoHasStartedIsWholeWhenItArrivesAndArrivesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		c := n.dial(t, "host:1", "tcp")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		failed := c.Go(ctx, "Odd.Slow", 5*time.Second, new(bool))
		select {
		case failed.Done <- nil: // so that the Call cannot arrive
		default:
			require.Fail(t, "Go must return at once, and Done must have room for the Call")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.ErrorIs(t, failed.Err, context.DeadlineExceeded, "Err must be set, in the Call that Go has returned, before that is sent on Done: who receives it reads Err")
		require.Equal(t, "host:1", failed.Addr, "the Addr of a call that failed")
		require.Nil(t, <-failed.Done)
		require.Same(t, failed, <-failed.Done)
		synctest.Wait()
		select {
		case <-failed.Done:
			require.Fail(t, "the Call is sent on Done once: Done yields nothing after it, and is not closed")
		default:
		}
	})
}

func TestACallThatGoHasStartedEndsAndArrivesWhenItsContextEnds(t *testing.T) {
	for name, end := range endings(time.Second) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.serve(t, "host:1", "tcp")
				c := n.dial(t, "host:1", "tcp")
				ctx, cancel := end(t.Context())
				defer cancel()
				call := c.Go(ctx, "Odd.Slow", 5*time.Second, new(bool))
				time.Sleep(time.Second)
				synctest.Wait()
				select {
				case <-call.Done:
					require.ErrorIs(t, call.Err, ctx.Err())
				default:
					require.Fail(t, "ctx has ended, and the Call has not arrived on Done")
				}
			})
		})
	}
}

// observed is a connection that notes when it is closed.
type observed struct {
	net.Conn
	closed *atomic.Bool
}

func (c observed) Close() error { c.closed.Store(true); return c.Conn.Close() }

func TestAConnectionThatItsPeerHasClosedIsClosedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		var closed atomic.Bool
		n.peer(t, "host:1", func(c net.Conn) { c.Close() })
		c, err := client.Dial(t.Context(), "tcp", "host:1", client.Options{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			nc, err := n.DialContext(ctx, network, addr)
			return observed{nc, &closed}, err
		}})
		require.NoError(t, err)
		defer c.Close()
		<-c.Broken()
		synctest.Wait()
		require.True(t, closed.Load(), "retire(0) must close the connection at once: until then it holds a descriptor")
	})
}

func TestACallWhoseReplyIsNoPointerRunsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		var wrote atomic.Int64
		n.peer(t, "host:1", func(c net.Conn) {
			read, _ := c.Read(make([]byte, 1))
			wrote.Add(int64(read))
		})
		c := n.dial(t, "host:1", "tcp")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for _, reply := range []any{nil, 0, (*int)(nil)} {
			err := c.Call(ctx, "Arith.Multiply", arith.Args{}, reply)
			require.IsType(t, new(client.CallError), err, "every error of Call is a *CallError")
			require.Zero(t, wrote.Load(), "look at the reply before the request is sent: the method would run although nobody can get its result")
		}
	})
}

func TestEveryErrorOfACallIsACallError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		c := n.dial(t, "host:1", "tcp")
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		divide := func(ctx context.Context) error {
			return c.Call(ctx, "Arith.Divide", arith.Args{A: 7}, new(arith.Quotient))
		}
		const rule = "every error of Call is a *CallError, since callers look for its Addr"
		require.IsType(t, new(client.CallError), divide(t.Context()), "the method's error: "+rule)
		require.IsType(t, new(client.CallError), divide(ended), "ctx's error: "+rule)
		c.Close()
		require.IsType(t, new(client.CallError), divide(t.Context()), "the connection's error: "+rule)
	})
}
