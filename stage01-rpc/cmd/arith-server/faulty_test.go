package main

import (
	"net/rpc"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage01-rpc/arith"
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
	for _, method := range []string{"Faulty.Hang", "Faulty.Exit"} {
		call := c.Go(method, arith.Args{}, new(int), make(chan *rpc.Call, 1))
		for range 10 {
			requireProduct(t, c)
		}
		require.Empty(t, call.Done, "nobody answers the caller of %s", method)
	}
}
