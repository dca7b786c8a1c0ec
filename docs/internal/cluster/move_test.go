package cluster_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/stages"
)

func TestAServerMovesUnderItsName(t *testing.T) {
	t.Parallel()
	c := start(t, stages.Offers{Registry: true})
	a := c.Servers()[0]
	require.NoError(t, a.Kill())
	<-a.Process().Done()
	moved, err := c.Move(t.Context(), a)
	require.NoError(t, err)
	require.Equal(t, "A", moved.Name)
	require.NotEqual(t, a.Addr, moved.Addr)
	require.Equal(t, []*cluster.Server{a, c.Servers()[1], moved}, c.Servers())
	require.Equal(t, cluster.Dead, c.ByAddr(a.Addr).State, "the old one stays what it was")
	require.Equal(t, moved, c.ByAddr(moved.Addr))
	require.NoError(t, c.Verify())
}

func TestAFrozenRegistryDoesNotAnswerUntilItIsThawed(t *testing.T) {
	if !proc.CanFreeze {
		t.Skip(proc.ErrUnsupported)
	}
	t.Parallel()
	for _, offers := range []stages.Offers{{Registry: true}, {Registry: true, Etcd: true}} {
		c := start(t, offers)
		_, err := c.FreezeRegistry(t.Context())
		require.NoError(t, err)
		require.Eventually(t, func() bool { // the signal takes its time
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			_, err := c.List(ctx)
			return err != nil
		}, 30*time.Second, 10*time.Millisecond)
		require.NoError(t, c.Verify(), "it has not ended")
		_, err = c.ThawRegistry(t.Context())
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			listed, err := c.List(t.Context())
			return err == nil && len(listed) == 2
		}, 30*time.Second, 10*time.Millisecond)
	}
}
