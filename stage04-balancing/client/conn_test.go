package client_test

import (
	"context"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/arith"
	"example.com/workshop/stage04-balancing/client"
)

const (
	seeN2 = "trap N2: a late reply has been written into the caller's variable"
	seeN3 = "trap N3: one bad call has ended the connection for the others"
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
		require.Empty(t, cmp.Diff(got, arith.Quotient{Quo: 2, Rem: 0}), "the reply must replace every field (-got +want)")
	})
}

func TestAFailedCallLeavesTheVariableAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		got := arith.Quotient{Quo: 1, Rem: 2}
		require.Error(t, n.dial(t, "host:1", "tcp").Call(t.Context(), "Arith.Divide", arith.Args{A: 6}, &got))
		require.Empty(t, cmp.Diff(got, arith.Quotient{Quo: 1, Rem: 2}), "a failed call must not touch the variable (-got +want)")
	})
}

func TestALateReplyDoesNotReachACallerThatGaveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		c := n.dial(t, "host:1", "tcp")
		for name, end := range endings(time.Second) {
			began := time.Now()
			var slept bool
			ctx, cancel := end(t.Context())
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
					requireWorks(t, c, seeN3)
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
					requireWorks(t, c, seeN3)
				}
				require.NoError(t, (<-slow.Done).Err, "the call that was in flight")
			})
		})
	}
}

// fragile decodes itself, and panics.
type fragile struct{}

func (*fragile) GobDecode(text []byte) error     { panic("not so long") }
func (*fragile) UnmarshalJSON(text []byte) error { panic("not so long") }

func TestAReplyWhoseDecoderPanicsHarmsNobodyElse(t *testing.T) {
	for _, network := range []string{"tcp", "jsonrpc"} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.serve(t, "host:1", network)
				c := n.dial(t, "host:1", network)
				slow := c.Go(t.Context(), "Odd.Slow", time.Second, new(bool))
				for range 2 {
					err := c.Call(t.Context(), "Odd.Now", 0, new(fragile))
					require.EqualError(t, err, "Odd.Now on host:1: unexpected reply: its decoder panicked: not so long")
					require.True(t, err.(*client.CallError).Sent)
					requireWorks(t, c, seeN3)
				}
				require.NoError(t, (<-slow.Done).Err, "the call that was in flight")
			})
		})
	}
}
