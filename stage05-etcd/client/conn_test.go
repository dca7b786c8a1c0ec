package client_test

import (
	"context"
	"io"
	"net"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
)

func TestCallsWorkOnEveryNetwork(t *testing.T) {
	for _, network := range []string{"tcp", "http", "jsonrpc"} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.serve(t, "host:1", network)
				c := n.dial(t, "host:1", network)
				require.Equal(t, "host:1", c.Addr())
				for range 2 {
					requireWorks(t, c, network)
					err := c.Call(t.Context(), "Arith.Divide", arith.Args{A: 7}, new(arith.Quotient))
					require.EqualError(t, err, "Arith.Divide on host:1: divide by zero")
				}
			})
		})
	}
}

func TestAReplyReplacesAllThatWasInTheVariable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		got := arith.Quotient{Quo: 9, Rem: 9} // gob does not send zeros, and so would leave the 9
		require.NoError(t, n.dial(t, "host:1", "tcp").Call(t.Context(), "Arith.Divide", arith.Args{A: 6, B: 3}, &got))
		require.Empty(t, cmp.Diff(got, arith.Quotient{Quo: 2, Rem: 0}))
	})
}

func TestAFailedCallLeavesTheVariableAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		got := arith.Quotient{Quo: 1, Rem: 2}
		require.Error(t, n.dial(t, "host:1", "tcp").Call(t.Context(), "Arith.Divide", arith.Args{A: 6}, &got))
		require.Empty(t, cmp.Diff(got, arith.Quotient{Quo: 1, Rem: 2}))
	})
}

func TestAQuickCallOvertakesASlowOneOnTheSameConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		c := n.dial(t, "host:1", "tcp")
		began := time.Now()
		var slept bool
		slow := c.Go(t.Context(), "Odd.Slow", time.Hour, &slept)
		synctest.Wait()
		requireWorks(t, c, "beside the slow call")
		require.Zero(t, time.Since(began))
		require.Same(t, slow, <-slow.Done)
		require.NoError(t, slow.Err)
		require.True(t, slept)
		require.Equal(t, time.Hour, time.Since(began))
	})
}

func TestGoSaysWhatWasCalledAndWhatBecameOfIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		c := n.dial(t, "host:1", "tcp")
		var product int
		args := arith.Args{A: 7, B: 8}
		call := <-c.Go(t.Context(), "Arith.Multiply", args, &product).Done
		call.Done = nil
		require.Equal(t, &client.Call{Method: "Arith.Multiply", Args: args, Reply: &product, Addr: "host:1"}, call)
		require.Equal(t, 56, product)
		failed := <-c.Go(t.Context(), "Arith.Divide", arith.Args{}, new(arith.Quotient)).Done
		require.EqualError(t, failed.Err, "Arith.Divide on host:1: divide by zero")
	})
}

func TestAReplyThatIsNoPointerIsRefusedBeforeAnythingIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		c := n.dial(t, "host:1", "tcp")
		for reply, problem := range map[any]string{
			nil:         "the reply must be a non-nil pointer, not <nil>",
			0:           "the reply must be a non-nil pointer, not int",
			(*int)(nil): "the reply must be a non-nil pointer, not *int",
		} {
			err := c.Call(t.Context(), "Arith.Multiply", arith.Args{}, reply)
			require.EqualError(t, err, "Arith.Multiply on host:1: "+problem)
			require.False(t, err.(*client.CallError).Sent)
		}
		requireWorks(t, c, "the call after the bad ones")
	})
}

func TestArgumentsThatCannotBeEncodedHarmNobodyElse(t *testing.T) {
	for _, network := range []string{"tcp", "jsonrpc"} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.serve(t, "host:1", network)
				c := n.dial(t, "host:1", network)
				slow := c.Go(t.Context(), "Odd.Slow", time.Second, new(bool))
				for _, args := range []any{make(chan int), struct{ F func() }{func() {}}} {
					err := c.Call(t.Context(), "Arith.Multiply", args, new(int))
					require.Error(t, err)
					require.False(t, err.(*client.CallError).Sent)
					requireWorks(t, c, `trap N3: see stage 01, step "Messages on the wire"`)
				}
				require.NoError(t, (<-slow.Done).Err, "the call that was in flight")
			})
		})
	}
}

func TestAReplyOfTheWrongTypeHarmsNobodyElse(t *testing.T) {
	for _, network := range []string{"tcp", "jsonrpc"} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.serve(t, "host:1", network)
				c := n.dial(t, "host:1", network)
				slow := c.Go(t.Context(), "Odd.Slow", time.Second, new(bool))
				for range 2 {
					text := "untouched"
					err := c.Call(t.Context(), "Arith.Multiply", arith.Args{A: 7, B: 8}, &text)
					require.Error(t, err)
					require.True(t, err.(*client.CallError).Sent)
					require.NotErrorIs(t, err, rpc.ErrShutdown)
					require.Equal(t, "untouched", text)
					requireWorks(t, c, `trap N3: see stage 01, step "What net/rpc does not tell"`)
				}
				require.NoError(t, (<-slow.Done).Err, "the call that was in flight")
			})
		})
	}
}

func TestCloseEndsTheCallsInProgressAndAllLaterOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		n.peer(t, "host:2", func(c net.Conn) { <-t.Context().Done() }) // reads nothing
		for _, addr := range []string{"host:1", "host:2"} {
			c := n.dial(t, addr, "tcp")
			inFlight := []*client.Call{
				c.Go(context.Background(), "Odd.Slow", time.Hour, new(bool)),
				c.Go(context.Background(), "Odd.Slow", time.Hour, new(bool)),
				c.Go(context.Background(), "Odd.Slow", time.Hour, new(bool)),
			}
			synctest.Wait()
			began := time.Now()
			require.NoError(t, c.Close())
			<-c.Broken()
			for _, call := range inFlight {
				require.ErrorIs(t, (<-call.Done).Err, rpc.ErrShutdown)
			}
			require.Zero(t, time.Since(began))
			err := c.Call(t.Context(), "Odd.Slow", time.Second, new(bool))
			require.ErrorIs(t, err, rpc.ErrShutdown)
			require.False(t, err.(*client.CallError).Sent)
			require.NoError(t, c.Close(), "closing twice")
		}
		time.Sleep(time.Hour) // the methods that were left behind
	})
}

func TestABrokenConnectionIsKnownBeforeAnybodyCalls(t *testing.T) {
	for name, behave := range map[string]func(net.Conn){
		"the server hangs up":           func(c net.Conn) { c.Close() },
		"the server sends half a reply": func(c net.Conn) { c.Write([]byte{20, 1, 2}); c.Close() },
		"the server sends garbage":      func(c net.Conn) { io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n"); c.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.peer(t, "host:1", func(c net.Conn) { time.Sleep(time.Hour); behave(c) })
				c := n.dial(t, "host:1", "tcp")
				select {
				case <-c.Broken():
					require.Fail(t, "broken too early")
				case <-time.After(time.Minute):
				}
				began := time.Now()
				<-c.Broken()
				require.Equal(t, 59*time.Minute, time.Since(began))
				synctest.Wait()
				err := c.Call(t.Context(), "Odd.Slow", time.Second, new(bool))
				require.ErrorIs(t, err, rpc.ErrShutdown)
				require.False(t, err.(*client.CallError).Sent)
				require.NoError(t, c.Close())
			})
		})
	}
}
