package client_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

func TestAServiceSlowerThanTheAttemptTimeoutLosesNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		for _, h := range hosts {
			h.delay.Store(int64(time.Second))
		}
		c := cluster.client(client.Options{Idempotent: idempotent})
		var calls []*client.Call
		for range 200 {
			calls = append(calls, c.Go(t.Context(), "Work.Do", 7, new(int)))
			time.Sleep(10 * time.Millisecond)
		}
		for _, call := range calls {
			require.NoError(t, (<-call.Done).Err)
		}
		require.Less(t, ran(hosts), int64(200+40+10+10*4), "the budget bounds what is sent twice")
	})
}

func TestALateInstanceIsLeftAlsoWhenOthersHaveJustBeenEjected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		c := cluster.client(client.Options{Balancer: new(inOrder), Idempotent: idempotent})
		hosts[0].freeze()
		for range 4 {
			do(t, c) // is late on a:1, and is saved by b:1
		}
		require.Empty(t, ejected(c))
		hosts[1].freeze()
		start := time.Now()
		do(t, c)
		require.Equal(t, 400*time.Millisecond, time.Since(start), "a:1 was left for b:1, and b:1 for c:1")
		require.Equal(t, []string{"a:1"}, ejected(c))
		require.EqualValues(t, 1, hosts[2].ran.Load())
	})
}

// TestAnAttemptHasItsTimeHoweverFarTheDeadline runs in real time: attempts whose time is over
// again and again would let no virtual time pass.
func TestAnAttemptHasItsTimeHoweverFarTheDeadline(t *testing.T) {
	cluster := newCluster(t)
	for _, h := range cluster.hosts("a:1", "b:1") {
		h.delay.Store(int64(50 * time.Millisecond))
	}
	c := cluster.client(client.Options{Idempotent: idempotent, AttemptTimeout: time.Minute})
	ctx, cancel := context.WithDeadline(t.Context(), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	defer cancel()
	call := <-c.Go(ctx, "Work.Do", 7, new(int)).Done
	require.NoError(t, call.Err)
	require.Zero(t, call.Retries, "the first attempt had a minute")
}

func TestACallThatWaitedLongForAConnectionIsNotHedgedBeforeItsReplyHadAnAttemptsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1").delay.Store(int64(150 * time.Millisecond))
		time.AfterFunc(300*time.Millisecond, cluster.blackHole("a:1")) // an attempt has 200 ms
		time.AfterFunc(310*time.Millisecond, func() { cluster.start("b:1") })
		c := cluster.client(client.Options{Balancer: new(inOrder), Idempotent: idempotent})
		start := time.Now()
		call := <-c.Go(t.Context(), "Work.Do", 7, new(int)).Done
		require.NoError(t, call.Err)
		require.Equal(t, 450*time.Millisecond, time.Since(start))
		require.Zero(t, call.Retries)
	})
}

func TestACallEndsWhereItsTimeCannotBeSharedEvenly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1").freeze()
		c := cluster.client(client.Options{Balancer: new(inOrder), Idempotent: idempotent, Timeout: 100 * time.Millisecond})
		time.AfterFunc(90*time.Millisecond, func() { cluster.start("b:1").freeze() })
		start := time.Now()
		require.ErrorIs(t, c.Call(t.Context(), "Work.Do", 7, new(int)), context.DeadlineExceeded)
		require.Equal(t, 100*time.Millisecond, time.Since(start))
	})
}
