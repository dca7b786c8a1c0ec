package client_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

func TestAllAttemptsShareOneDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		for _, h := range cluster.hosts("a:1", "b:1", "c:1", "d:1") {
			h.delay.Store(int64(time.Minute))
		}
		for _, timeout := range []time.Duration{50 * time.Millisecond, 200 * time.Millisecond, 350 * time.Millisecond, time.Second} {
			c := cluster.client(client.Options{Idempotent: idempotent, Timeout: timeout})
			start := time.Now()
			err := c.Call(t.Context(), "Work.Do", 7, new(int))
			require.Equal(t, client.TimedOut, client.OutcomeOf(err), "%v", err)
			require.Equal(t, timeout, time.Since(start))
		}
	})
}
