//go:build unix

package client_test

import (
	"fmt"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

func TestABroadcastToManyInstancesCallsNotAllAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		for i := range 100 {
			cluster.start(fmt.Sprintf("host%d:1", i)).delay.Store(int64(time.Second))
		}
		var limit syscall.Rlimit
		require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
		fewer := limit
		fewer.Cur = 64
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &fewer))
		defer syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
		began := time.Now()
		receipts, err := cluster.client(client.Options{}).Broadcast(t.Context(), "Work.Do", 7, func() any { return new(int) })
		require.NoError(t, err)
		for _, r := range receipts {
			require.NoError(t, r.Err)
		}
		require.Equal(t, 4*time.Second, time.Since(began), "32 at once")
	})
}
