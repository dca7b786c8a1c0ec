package main

import (
	"net/rpc"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/arith"
	"example.com/workshop/stage04-balancing/codec"
)

func TestFaultyIsServedOnlyWhenAskedFor(t *testing.T) {
	t.Parallel()
	c, err := dialTCP(serve(t).Addr())
	require.NoError(t, err)
	defer c.Close()
	require.ErrorContains(t, c.Call("Faulty.Hang", arith.Args{}, new(int)), "can't find service Faulty.Hang")
}

func TestAHangingMethodLeavesTheOthersAlone(t *testing.T) {
	t.Parallel()
	c, err := dialTCP(serve(t, "-faulty").Addr())
	require.NoError(t, err)
	defer c.Close()
	call := c.Go("Faulty.Hang", arith.Args{}, new(int), make(chan *rpc.Call, 1))
	for range 10 {
		requireProduct(t, c)
	}
	require.Empty(t, call.Done, "nobody answers the caller of Faulty.Hang")
}

func TestAMethodThatPanicsOrExitsCostsItsCallerAlone(t *testing.T) {
	t.Parallel()
	c, err := dialTCP(serve(t, "-faulty").Addr())
	require.NoError(t, err)
	defer c.Close()
	require.EqualError(t, c.Call("Faulty.Panic", arith.Args{}, new(int)), codec.Crashed+"Faulty.Panic panicked")
	require.EqualError(t, c.Call("Faulty.Exit", arith.Args{}, new(int)), codec.Crashed+"Faulty.Exit ended its goroutine")
	requireProduct(t, c)
}
