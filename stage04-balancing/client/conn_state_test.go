package client_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

func TestABlackHoledAddressDoesNotSlowCallsToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		cluster.blackHole("a:1")
		fillB, fillC := cluster.blackHole("b:1"), cluster.blackHole("c:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), AttemptTimeout: 100 * time.Millisecond})
		var calls []*client.Call
		start := time.Now()
		for range 30 {
			calls = append(calls, c.Go(t.Context(), "Work.Do", 7, new(int)))
		}
		synctest.Wait() // each has its instance
		fillB()
		fillC()
		synctest.Wait()
		require.EqualValues(t, 20, ran(hosts), "trap B6: calls to the others are through")
		for _, call := range calls {
			require.NoError(t, (<-call.Done).Err)
		}
		require.Equal(t, 100*time.Millisecond, time.Since(start), "nothing was sent, so any call goes elsewhere")
		dials, _ := cluster.counts("a:1")
		require.Equal(t, 1, dials, "one dial at a time, however many wait for it")
		require.Equal(t, []string{"a:1"}, ejected(c))
	})
}

func TestTheStatesAreSeenAsTheyChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		h := cluster.start("a:1")
		fill := cluster.blackHole("a:1")
		c := cluster.client(client.Options{})
		synctest.Wait()
		require.Equal(t, client.Idle, states(c)["a:1"])
		call := c.Go(t.Context(), "Work.Do", 7, new(int))
		synctest.Wait()
		require.Equal(t, client.Connecting, states(c)["a:1"])
		fill()
		require.NoError(t, (<-call.Done).Err)
		require.Equal(t, client.Ready, states(c)["a:1"])
		h.kill()
		synctest.Wait()
		require.Equal(t, client.TransientFailure, states(c)["a:1"])
		h.listen()
		time.Sleep(time.Second)
		require.Equal(t, client.Ready, states(c)["a:1"])
	})
}

func TestADeadInstanceCostsADialPerBackoffAndNotPerCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		c := cluster.client(client.Options{Balancer: roundRobin()})
		hosts[0].kill()
		for start := time.Now(); time.Since(start) < time.Minute; time.Sleep(10 * time.Millisecond) {
			do(t, c)
		}
		// At 0, 0.1, 0.3, 0.7, 1.5, 3.1, 6.3 and then every 5 s, each a fifth sooner or later.
		dials, _ := cluster.counts("a:1")
		require.InDelta(t, 7+(60-6.3)/5, dials, 4)
		require.EqualValues(t, 1, c.Stats().Retries, "one call has seen that it is dead")
		require.EqualValues(t, 1, failures(c, "a:1"))
	})
}
