package cluster_test

import (
	"context"
	"errors"
	"net/rpc"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/stages"
)

func TestAStrangerTakesADeadServersPortAndAnswersNobody(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T, stages.Offers) *cluster.Cluster{"directly": start, "behind a proxy": startProxied} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testStranger(t, start(t, stages.Offers{Registry: true}))
		})
	}
}

func testStranger(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	a := c.Servers()[0]
	ctx, end := context.WithCancel(t.Context())
	defer end()
	require.EqualError(t, a.Usurp(ctx), "server A still has its port")
	require.NoError(t, a.Kill())
	require.NoError(t, a.Usurp(ctx))
	require.Zero(t, a.Stranger.Met())

	client, err := rpc.Dial("tcp", a.Addr)
	require.NoError(t, err)
	defer client.Close()
	for range 2 {
		require.Equal(t, rpc.ServerError("rpc: can't find service Arith.Multiply"), client.Call("Arith.Multiply", 7, new(int)))
	}
	require.EqualValues(t, 1, a.Stranger.Met())
	require.NoError(t, c.Verify(), "the server has ended, as it was to")

	end()
	require.Error(t, client.Call("Arith.Multiply", 7, new(int)), "it has hung up")
	require.Eventually(t, func() bool {
		client, err := rpc.Dial("tcp", a.Addr)
		if err == nil { // a proxy is there
			err = client.Call("Arith.Multiply", 7, new(int))
			client.Close()
		}
		_, answered := errors.AsType[rpc.ServerError](err)
		return !answered
	}, 10*time.Second, time.Millisecond)
}
