//go:build unix

package client_test

import (
	"context"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/client"
)

// described is a connection that has a descriptor until it is closed.
type described struct {
	net.Conn
	free func()
}

func (d described) Close() error {
	d.free()
	return d.Conn.Close()
}

func TestABroadcastToMoreHostsThanThereAreDescriptorsReachesThemAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.feel(t, "slow:1", func(name string) (string, error) { time.Sleep(time.Second); return "well, " + name, nil })
		var limit syscall.Rlimit
		require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
		fewer := limit
		fewer.Cur = 64
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &fewer))
		defer syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
		var taken atomic.Int64
		opts := client.Options{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if taken.Add(1) > 32 { // the other half is for what else the program opens
				return nil, syscall.EMFILE
			}
			conn, err := n.DialContext(ctx, network, addr)
			return described{conn, sync.OnceFunc(func() { taken.Add(-1) })}, err
		}}
		began := time.Now()
		for _, r := range client.Broadcast[string](t.Context(), "tcp", slices.Repeat([]string{"slow:1"}, 200), "Mood.Greet", "Ann", opts) {
			require.NoError(t, r.Err)
		}
		require.Equal(t, 7*time.Second, time.Since(began), "32 at once")
	})
}
