package client_test

import (
	"context"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

func TestManyCallersShareOneConnectionWhateverTheirCallsEndWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		h := cluster.start("a:1")
		c := cluster.client(client.Options{})
		var calls []*client.Call
		for range 100 {
			calls = append(calls, c.Go(t.Context(), "Work.Do", 7, new(int)))
		}
		for _, call := range calls {
			require.NoError(t, (<-call.Done).Err)
		}
		require.ErrorAs(t, c.Call(t.Context(), "Work.Refuse", 7, new(int)), new(rpc.ServerError))
		h.freeze()
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			require.ErrorIs(t, c.Call(ctx, "Work.Do", 7, new(int)), context.DeadlineExceeded)
			cancel()
		}
		h.thaw()
		do(t, c)
		dials, closes := cluster.counts("a:1")
		require.Equal(t, 1, dials)
		require.Zero(t, closes)
	})
}

func TestARemovedInstancesConnectionIsClosedAfterItsLastCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: roundRobin()})
		short := c.Go(t.Context(), "Work.Slow", time.Second, new(time.Duration)) // on a:1
		synctest.Wait()
		do(t, c)                                                                  // on b:1
		long := c.Go(t.Context(), "Work.Slow", 3*time.Second, new(time.Duration)) // on a:1
		synctest.Wait()
		hosts[0].deregister()
		hosts[1].deregister()
		synctest.Wait()
		_, closes := cluster.counts("b:1")
		require.Equal(t, 1, closes, "nobody was using it")

		require.NoError(t, (<-short.Done).Err)
		synctest.Wait()
		_, closes = cluster.counts("a:1")
		require.Zero(t, closes, "trap B7: one call is in progress")
		require.NoError(t, (<-long.Done).Err)
		synctest.Wait()
		_, closes = cluster.counts("a:1")
		require.Equal(t, 1, closes)
	})
}
