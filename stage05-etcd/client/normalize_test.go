package client_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/registry"
	"example.com/workshop/stage05-etcd/registry/registrytest"
)

func TestAnInstanceThatSaysOnlyItsAddressHasAnIDAndSpeaksTCP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, script := newCluster(t), registrytest.NewScript()
		cluster.serve("a:1")
		cluster.serve("b:1")
		c := cluster.clientOf(script, client.Options{Balancer: roundRobin()})
		list := []registry.Instance{{Addr: "a:1", Weight: 1}, {Addr: "b:1", Weight: 1}}
		script.Lists(list...)
		start := time.Now()
		do(t, c)
		do(t, c)
		require.Zero(t, time.Since(start))
		require.Equal(t, map[string]client.State{"a:1": client.Ready, "b:1": client.Ready}, states(c))
		require.Empty(t, list[0].ID, "the list is shared, and not to be changed")

		script.Lists(list[1])
		synctest.Wait()
		held := c.Stats().Held
		require.Len(t, held, 1, "who vanishes is held, without an id of its own too")
		require.Equal(t, "a:1", held[0].ID)
	})
}

func TestAWeightBelowZeroIsZero(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, script := newCluster(t), registrytest.NewScript()
		h := cluster.serve("a:1")
		h.in.Weight = -1
		c := cluster.clientOf(script, client.Options{})
		script.Shows(snapshot(h))
		start := time.Now()
		require.ErrorIs(t, c.Call(t.Context(), "Work.Do", 7, new(int)), client.ErrNoInstances)
		require.Zero(t, time.Since(start))
	})
}

func TestOfTwoEntriesWithOneIDTheFirstCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, script := newCluster(t), registrytest.NewScript()
		first, second := cluster.serve("b:1"), cluster.serve("a:1")
		second.in.ID = first.in.ID
		c := cluster.clientOf(script, client.Options{Balancer: roundRobin()})
		script.Shows(snapshot(first, second))
		for range 3 {
			do(t, c)
		}
		require.EqualValues(t, 3, first.ran.Load())
		require.Len(t, c.Stats().Instances, 1)
		receipts, err := c.Broadcast(t.Context(), "Work.Do", 7, func() any { return new(int) })
		require.NoError(t, err)
		require.Len(t, receipts, 1, "it is one instance")
		require.Zero(t, second.ran.Load())

		script.Shows(snapshot(first))
		synctest.Wait()
		require.Len(t, c.Stats().Instances, 1)
		dials, _ := cluster.counts("a:1")
		require.Zero(t, dials)
	})
}
