package client_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

func TestATimerSetForALongWaitDoesNotDelayAShortOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		slow := cluster.start("a:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		do(t, c) // alone, it may take 5 s
		cluster.start("b:1")
		slow.delay.Store(int64(time.Minute))
		synctest.Wait()
		start := time.Now()
		do(t, c)
		do(t, c) // one of them began on a:1
		require.Equal(t, 200*time.Millisecond, time.Since(start))
	})
}

func TestACallWhoseTimeEndsWhileItConnectsTimedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1")
		cluster.blackHole("a:1")
		c := cluster.client(client.Options{Timeout: 700 * time.Millisecond})
		start := time.Now()
		err := c.Call(t.Context(), "Work.Do", 7, new(int))
		require.Equal(t, 700*time.Millisecond, time.Since(start))
		require.Equal(t, client.TimedOut, client.OutcomeOf(err), "%v", err)
		var failed *client.CallError
		require.ErrorAs(t, err, &failed)
		require.False(t, failed.Sent)
	})
}
