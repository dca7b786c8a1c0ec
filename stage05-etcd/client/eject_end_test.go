package client_test

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

// An ejection would keep whom it concerns for up to 30 s.
func TestAnEjectionKeepsNeitherAClosedClientNorAnInstanceThatHasLeft(t *testing.T) {
	for name, closed := range map[string]bool{"the client is closed": true, "the instance leaves": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				hosts := cluster.hosts("a:1", "b:1")
				opts := client.Options{DialContext: cluster.dial, Logger: quiet, Balancer: roundRobin(), Idempotent: idempotent}
				c, err := client.New(cluster.store, "Work", opts)
				require.NoError(t, err)
				hosts[0].freeze()
				for len(ejected(c)) == 0 {
					do(t, c)
				}
				isKept := client.IsKept(c, "a:1")
				if closed {
					require.NoError(t, c.Close())
					c = nil
				} else {
					hosts[0].deregister()
				}
				hosts[0].thaw() // the calls that it has not answered end
				synctest.Wait()
				for range 2 { // what has a sync.Pool outlives one collection
					runtime.GC()
				}
				require.False(t, isKept())
				if !closed {
					require.NoError(t, c.Close())
				}
			})
		})
	}
}

// Nobody dials an instance that is ejected.
func TestAnEjectedInstanceWhoseConnectionHasGoneIdleIsReadmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent, IdleTimeout: 100 * time.Millisecond})
		hosts[0].freeze()
		for len(ejected(c)) == 0 {
			do(t, c)
		}
		hosts[0].thaw() // the calls that it has not answered end
		time.Sleep(time.Second)
		require.Empty(t, ejected(c))
		require.Zero(t, c.Stats().Instances[0].EjectedUntil)
		before := hosts[0].ran.Load()
		do(t, c)
		do(t, c)
		require.Greater(t, hosts[0].ran.Load(), before)
	})
}

// TestWhoCouldNotBeEjectedIsEjectedWhenThereIsRoom: five failures in a row are not forgotten
// because the other instance was out.
func TestWhoCouldNotBeEjectedIsEjectedWhenThereIsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		hosts[0].freeze()
		for len(ejected(c)) == 0 {
			do(t, c)
		}
		hosts[1].freeze()
		for range 10 {
			require.Error(t, c.Call(t.Context(), "Work.Do", 7, new(int)))
		}
		require.Equal(t, []string{"a:1"}, ejected(c), "never both")
		hosts[0].thaw()
		for len(ejected(c)) > 0 {
			time.Sleep(10 * time.Millisecond)
		}
		before := failures(c, "b:1")
		require.GreaterOrEqual(t, before, int64(6))
		for failures(c, "b:1") == before {
			do(t, c)
		}
		require.Equal(t, []string{"b:1"}, ejected(c))
	})
}
