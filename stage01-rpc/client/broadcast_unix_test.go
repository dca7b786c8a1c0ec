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

	"example.com/workshop/stage01-rpc/client"
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

// fewDescriptors lets the process open 64 files until the test ends: half of them are 32.
func fewDescriptors(t *testing.T) {
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	fewer := limit
	fewer.Cur = 64
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &fewer))
	t.Cleanup(func() { syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit) })
}

func TestABroadcastToMoreHostsThanThereAreDescriptorsReachesThemAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.feel(t, "slow:1", func(name string) (string, error) { time.Sleep(time.Second); return "well, " + name, nil })
		fewDescriptors(t)
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
			require.NoError(t, r.Err, "Broadcast has more connections at once than descriptors.Half")
		}
		require.Equal(t, 7*time.Second, time.Since(began), "32 at once")
	})
}

func TestAHostWaitsInABroadcastOnlyUntilAnotherHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.feel(t, "well:1", func(name string) (string, error) { return "well, " + name, nil })
		n.feel(t, "slow:1", func(name string) (string, error) { time.Sleep(time.Minute); return name, nil })
		fewDescriptors(t)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		hosts := append([]string{"slow:1"}, slices.Repeat([]string{"well:1"}, 100)...)
		receipts := client.Broadcast[string](ctx, "tcp", hosts, "Mood.Greet", "Ann", n.options())
		require.Equal(t, client.TimedOut, receipts[0].Outcome)
		for i, r := range receipts[1:] {
			require.NoError(t, r.Err, "host %d: a host that waits is called as soon as any other has ended, and not when all of a batch have", i+1)
		}
	})
}

func TestABroadcastEndsThoughMostHostsCannotBeDialled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		fewDescriptors(t)
		done := make(chan []client.Receipt[string], 1)
		go func() {
			done <- client.Broadcast[string](t.Context(), "tcp", slices.Repeat([]string{"nobody:1"}, 100), "Mood.Greet", "Ann", n.options())
		}()
		synctest.Wait()
		require.Len(t, done, 1, "Broadcast does not end: a host that cannot be dialled must leave its place to the next one too")
		require.Len(t, <-done, 100)
	})
}

func TestAHostWhoseTurnDoesNotComeInTimeHasAReceiptToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.feel(t, "slow:1", func(name string) (string, error) { time.Sleep(time.Minute); return name, nil })
		fewDescriptors(t)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		for i, r := range client.Broadcast[string](ctx, "tcp", slices.Repeat([]string{"slow:1"}, 100), "Mood.Greet", "Ann", n.options()) {
			require.Equal(t, client.Receipt[string]{Addr: "slow:1", Outcome: client.TimedOut, Err: r.Err}, r, "host %d: ctx ended while it waited", i)
			require.ErrorIs(t, r.Err, context.DeadlineExceeded, "host %d: a receipt without an error looks like a success", i)
		}
	})
}
