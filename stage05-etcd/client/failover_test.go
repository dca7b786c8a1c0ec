package client_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

// load makes calls every millisecond until stop is called, which fails the
// test if one of them did.
func load(t *testing.T, c *client.Client, method string) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan []*client.Call)
	go func() {
		var calls []*client.Call
		for ctx.Err() == nil {
			calls = append(calls, c.Go(t.Context(), method, 7, new(int)))
			time.Sleep(time.Millisecond)
		}
		over <- calls
	}()
	return func() {
		t.Helper()
		cancel()
		for n, call := range <-over {
			require.NoError(t, (<-call.Done).Err, "call %d", n)
		}
	}
}

func TestARollingRestartUnderLoadLosesNoCallWhateverTheMethod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		for _, h := range hosts {
			h.delay.Store(int64(30 * time.Millisecond))
		}
		c := cluster.client(client.Options{}) // nothing is idempotent
		stop := load(t, c, "Work.Do")
		for _, h := range hosts {
			time.Sleep(time.Second)
			h.deregister()
			time.Sleep(100 * time.Millisecond) // the news spreads
			require.NoError(t, h.server.Shutdown(t.Context()))
			h.kill()
			time.Sleep(time.Second)
			h.restart()
		}
		time.Sleep(time.Second)
		stop()
		require.Zero(t, c.Stats().Retries, "trap R7: nothing had to be saved")
	})
}

func TestServersThatDieOrFreezeCostNoIdempotentCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		for _, h := range hosts {
			h.delay.Store(int64(5 * time.Millisecond))
		}
		c := cluster.client(client.Options{Idempotent: idempotent})
		stop := load(t, c, "Work.Do")
		time.Sleep(time.Second)
		hosts[0].kill() // and stays listed
		time.Sleep(2 * time.Second)
		hosts[1].delay.Store(int64(time.Hour))
		time.Sleep(2 * time.Second)
		hosts[1].delay.Store(int64(5 * time.Millisecond))
		hosts[0].restart()
		time.Sleep(2 * time.Second)
		joined := cluster.start("d:1")
		joined.delay.Store(int64(5 * time.Millisecond))
		time.Sleep(2 * time.Second)
		before := joined.ran.Load()
		time.Sleep(time.Second)
		share := joined.ran.Load() - before
		require.InDelta(t, 250, share, 125, "a fourth of the calls, two seconds after it joined")
		stop()
	})
}
