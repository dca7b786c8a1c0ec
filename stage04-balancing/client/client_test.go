package client_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/registry"
)

func TestAServiceIsCalledByItsName(t *testing.T) {
	for _, network := range []string{"tcp", "http", "jsonrpc"} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				h := cluster.serve("a:1")
				h.kill()
				h.in.Network = network
				h.restart()
				do(t, cluster.client(client.Options{}))
			})
		})
	}
}

func TestWithoutInstancesACallFailsAtOnceWithTheServicesName(t *testing.T) {
	for name, tt := range map[string]struct {
		prepare func(*cluster)
		want    string
	}{
		"an empty list": {func(*cluster) {}, "no instances of Work"},
		"all weights are 0": {func(c *cluster) {
			for _, h := range c.hosts("a:1", "b:1") {
				h.in.Weight = 0
				h.register()
			}
		}, "no instances of Work: those listed have weight 0"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				tt.prepare(cluster)
				c := cluster.client(client.Options{})
				start := time.Now()
				err := c.Call(t.Context(), "Work.Do", 7, new(int))
				require.Zero(t, time.Since(start))
				require.ErrorIs(t, err, client.ErrNoInstances)
				require.ErrorIs(t, err, balancer.ErrNoInstances)
				require.EqualError(t, err, tt.want)

				cluster.start("c:1")
				synctest.Wait()
				do(t, c)
			})
		})
	}
}

func TestNewRefusesANameThatCannotBeOne(t *testing.T) {
	_, err := client.New(registry.NewStore(registry.Options{}), "no such/name", client.Options{})
	require.ErrorContains(t, err, "service")
}

func TestAClientsCallWhoseContextHasEndedIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		h := cluster.start("a:1")
		c := cluster.client(client.Options{})
		do(t, c)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := c.Call(ctx, "Work.Do", 7, new(int))
		require.ErrorIs(t, err, context.Canceled)
		require.EqualError(t, err, "Work.Do: context canceled")
		synctest.Wait()
		require.EqualValues(t, 1, h.ran.Load())
	})
}
