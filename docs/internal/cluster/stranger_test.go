package cluster_test

import (
	"context"
	"net"
	"net/rpc"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/stages"
)

func TestAStrangerTakesADeadServersPortAndAnswersNobody(t *testing.T) {
	t.Parallel()
	c := start(t, stages.Offers{Registry: true})
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
		conn, err := net.Dial("tcp", a.Addr)
		if err == nil {
			conn.Close()
		}
		return err != nil
	}, 10*time.Second, time.Millisecond)
}
