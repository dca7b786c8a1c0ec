package client_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

func TestALateInstanceIsLeftForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		hosts[0].delay.Store(int64(time.Minute))
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent, AttemptTimeout: 70 * time.Millisecond})
		start := time.Now()
		do(t, c)
		require.Equal(t, 70*time.Millisecond, time.Since(start))
		require.EqualValues(t, 2, ran(hosts))
	})
}

func TestWithoutAnotherInstanceALateAnswerIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		only := cluster.start("a:1")
		draining := cluster.serve("b:1")
		draining.in.Weight = 0
		draining.register()
		only.delay.Store(int64(3 * time.Second))
		c := cluster.client(client.Options{Idempotent: idempotent})
		start := time.Now()
		do(t, c)
		require.Equal(t, 3*time.Second, time.Since(start))
		require.EqualValues(t, 1, only.ran.Load())
		require.Zero(t, draining.ran.Load())
	})
}
