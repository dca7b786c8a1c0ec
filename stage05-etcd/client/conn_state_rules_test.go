package client_test

import (
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

func TestAnInstanceInTransientFailureHasNoConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := startOutage(t, "a:1", "b:1")
		o.hosts[0].kill()
		synctest.Wait()
		for _, in := range o.client.Stats().Instances {
			require.Equal(t, in.ID == "b:1", in.Connected, in.ID)
		}
	})
}

func TestADialThatFailsWakesWhoWaitsForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1").kill()
		c := cluster.client(client.Options{})
		start := time.Now()
		require.Error(t, c.Call(t.Context(), "Work.Do", 7, new(int)))
		require.Zero(t, time.Since(start))
	})
}

func TestADialThatFailsAsTheOneBeforeChangesNothingForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1", "b:1")[0].kill()
		b := &ledger{Balancer: roundRobin()}
		c := cluster.client(client.Options{Balancer: b})
		do(t, c)
		do(t, c)
		time.Sleep(time.Second)
		b.take()
		time.Sleep(time.Minute)
		require.Empty(t, b.take(), "the balancer was told of another list")
	})
}

func TestWhoWaitsInVainIsToldWhyTheLatestDialFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1").kill()
		c := cluster.client(client.Options{})
		require.ErrorIs(t, c.Call(t.Context(), "Work.Do", 7, new(int)), syscall.ECONNREFUSED)
		cluster.blackHole("a:1")
		time.Sleep(time.Minute)
		require.NotErrorIs(t, c.Call(t.Context(), "Work.Do", 7, new(int)), syscall.ECONNREFUSED, "nobody has refused a dial for a minute")
	})
}
