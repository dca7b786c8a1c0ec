package client_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/arith"
	"example.com/workshop/stage04-balancing/client"
)

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
		c.Go(t.Context(), "Arith.Multiply", args, new(int)) // nobody waits for it; its goroutine ends all the same
		failed := <-c.Go(t.Context(), "Arith.Divide", arith.Args{}, new(arith.Quotient)).Done
		require.EqualError(t, failed.Err, "Arith.Divide on host:1: divide by zero")
	})
}
