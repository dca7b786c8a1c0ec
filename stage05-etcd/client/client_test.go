package client_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/registry"
	"example.com/workshop/stage05-etcd/registry/registrytest"
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

func TestTheFirstListIsWaitedForNoLongerThanTheCallMayTake(t *testing.T) {
	for name, tt := range map[string]struct {
		ctx  time.Duration // 0 for none
		opts client.Options
		want time.Duration
	}{
		"the caller's deadline":          {ctx: 300 * time.Millisecond, want: 300 * time.Millisecond},
		"the default timeout":            {want: 5 * time.Second},
		"a timeout of its own":           {opts: client.Options{Timeout: time.Second}, want: time.Second},
		"a deadline beats Options, long": {ctx: time.Minute, opts: client.Options{Timeout: time.Second}, want: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t).clientOf(registrytest.NewScript(), tt.opts)
				ctx := t.Context()
				if tt.ctx > 0 {
					var cancel func()
					ctx, cancel = context.WithTimeout(ctx, tt.ctx)
					defer cancel()
				}
				start := time.Now()
				err := c.Call(ctx, "Work.Do", 7, new(int))
				require.Equal(t, tt.want, time.Since(start))
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.EqualError(t, err, "finding Work: context deadline exceeded")
			})
		})
	}
}

func TestACallThatIsCancelledStopsWaitingForTheFirstList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t).clientOf(registrytest.NewScript(), client.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		require.ErrorIs(t, c.Call(ctx, "Work.Do", 7, new(int)), context.Canceled)
		require.Equal(t, time.Second, time.Since(start))
	})
}

func TestAListThatComesLaterUnblocksTheCallsThatWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, script := newCluster(t), registrytest.NewScript()
		h := cluster.serve("a:1")
		c := cluster.clientOf(script, client.Options{})
		call := c.Go(t.Context(), "Work.Do", 7, new(int))
		time.Sleep(time.Second)
		script.Shows(snapshot(h))
		start := time.Now()
		require.NoError(t, (<-call.Done).Err)
		require.Zero(t, time.Since(start))
	})
}

func TestWithoutInstancesACallFailsAtOnceWithTheServicesName(t *testing.T) {
	for name, prepare := range map[string]func(*cluster){
		"an empty list": func(*cluster) {},
		"all weights are 0": func(c *cluster) {
			for _, h := range c.hosts("a:1", "b:1") {
				h.in.Weight = 0
				h.register()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				prepare(cluster)
				c := cluster.client(client.Options{})
				start := time.Now()
				err := c.Call(t.Context(), "Work.Do", 7, new(int))
				require.Zero(t, time.Since(start))
				require.ErrorIs(t, err, client.ErrNoInstances)
				require.EqualError(t, err, "no instances of Work")

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
