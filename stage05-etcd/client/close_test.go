package client_test

import (
	"context"
	"net"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/registry/registrytest"
)

// The bubble of each test fails it when a goroutine is left behind.

func TestCloseEndsCallsInProgressAndLaterOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Idempotent: []string{"Work.Slow"}})
		var calls []*client.Call
		for range 10 {
			calls = append(calls, c.Go(t.Context(), "Work.Slow", time.Minute, new(time.Duration)))
		}
		time.Sleep(50 * time.Millisecond)
		start := time.Now()
		require.NoError(t, c.Close())
		for _, call := range calls {
			require.ErrorIs(t, (<-call.Done).Err, rpc.ErrShutdown)
		}
		require.Zero(t, time.Since(start))
		require.EqualValues(t, 10, ran(hosts), "no call is sent again")
		err := c.Call(t.Context(), "Work.Do", 7, new(int))
		require.ErrorIs(t, err, rpc.ErrShutdown)
		require.EqualError(t, err, "Work.Do: "+rpc.ErrShutdown.Error())
		_, err = c.Broadcast(t.Context(), "Work.Do", 7, func() any { return new(int) })
		require.ErrorIs(t, err, rpc.ErrShutdown)
		for _, in := range c.Stats().Instances {
			require.Zero(t, in.InFlight)
			require.Zero(t, in.Failed, "it was nobody's fault")
			require.False(t, in.Connected)
		}
		require.NoError(t, c.Close(), "a second time")
	})
}

func TestCloseDuringADial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1")
		cluster.blackHole("a:1")
		c := cluster.client(client.Options{})
		call := c.Go(t.Context(), "Work.Do", 7, new(int))
		time.Sleep(100 * time.Millisecond)
		start := time.Now()
		require.NoError(t, c.Close())
		require.ErrorIs(t, (<-call.Done).Err, rpc.ErrShutdown)
		require.Zero(t, time.Since(start))
	})
}

func TestCloseWaitsForADialThatSucceedsAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1")
		dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
			time.Sleep(time.Second)
			return cluster.dial(context.WithoutCancel(ctx), network, addr) // cannot be stopped
		}
		c := cluster.client(client.Options{DialContext: dial})
		call := c.Go(t.Context(), "Work.Do", 7, new(int))
		synctest.Wait()
		require.NoError(t, c.Close())
		require.ErrorIs(t, (<-call.Done).Err, rpc.ErrShutdown)
		dials, closes := cluster.counts("a:1")
		require.Equal(t, 1, dials)
		require.Equal(t, 1, closes)
	})
}

func TestCloseWhileTheFirstListIsAwaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log logtest.Buffer
		c := newCluster(t).clientOf(registrytest.NewScript(), client.Options{Logger: log.Logger()})
		call := c.Go(t.Context(), "Work.Do", 7, new(int))
		synctest.Wait()
		start := time.Now()
		require.NoError(t, c.Close())
		require.ErrorIs(t, (<-call.Done).Err, rpc.ErrShutdown)
		require.Zero(t, time.Since(start))
		require.Empty(t, log.String(), "a watch that Close ends has not failed")
	})
}

func TestCloseAmidCallsClosesEveryConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1", "b:1", "c:1")
		for range 50 {
			c := cluster.client(client.Options{})
			var calls []*client.Call
			for range 20 {
				calls = append(calls, c.Go(t.Context(), "Work.Do", 7, new(int)))
			}
			require.NoError(t, c.Close()) // calls are at every point of their way
			for _, call := range calls {
				if err := (<-call.Done).Err; err != nil {
					require.ErrorIs(t, err, rpc.ErrShutdown)
				}
			}
		}
		synctest.Wait()
		closes := 0
		for _, addr := range []string{"a:1", "b:1", "c:1"} {
			_, n := cluster.counts(addr)
			closes += n
		}
		require.Equal(t, cluster.opens, closes)
	})
}

func TestAConnectionThatComesAfterItsInstanceLeftIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		fill := cluster.blackHole("a:1")
		dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
			return cluster.dial(context.WithoutCancel(ctx), network, addr) // cannot be stopped
		}
		c := cluster.client(client.Options{Balancer: roundRobin(), DialContext: dial})
		do(t, c) // leaves a:1 after 200 ms
		hosts[0].deregister()
		synctest.Wait()
		fill()
		synctest.Wait()
		dials, closes := cluster.counts("a:1")
		require.Equal(t, 1, dials)
		require.Equal(t, 1, closes)
	})
}
