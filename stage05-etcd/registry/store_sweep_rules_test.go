package registry_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/registry"
)

func TestASweepWaitsForWhoHasLockedTheStore(t *testing.T) {
	s := newStore()
	whileLocked(t, s, "(*Store).sweep", func() error { s.Sweep(); return nil })
}

func TestWhoIsEvictedLeavesRoomForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{})
		for range 2 {
			fill(t, s, registry.MaxServiceInstances)
			require.NoError(t, put(s, instance("Other", "a", "127.0.0.1:1")))
			time.Sleep(ttl)
			synctest.Wait()
			require.Empty(t, s.Services(), "one sweep evicts all whose leases have run out, of all services (empty services stay: use remove)")
		}
	})
}

func TestAnEvictionIsLoggedWithAllThatOneAsksFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log logtest.Buffer
		s := sweeping(t, registry.Options{Logger: untimed(&log)})
		_, err := s.Put(instance("Arith", "a", "127.0.0.1:1"), "", 5*time.Second)
		require.NoError(t, err)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		require.Equal(t, "level=INFO msg=evicted service=Arith id=a addr=127.0.0.1:1 ttl=5s\n", log.String(), "the line of an eviction, with the TTL of the instance's own lease")
	})
}

func TestEndedLeasesMakeRoomWhenTheirTimeIsOverThoughNobodyIsEvicted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{})
		for i := range registry.MaxInstances {
			require.ErrorIs(t, s.Delete("Arith", "a", fmt.Sprint("lease", i)), registry.ErrNotFound)
		}
		time.Sleep(ttl)
		synctest.Wait()
		require.ErrorIs(t, s.Delete("Arith", "a", "late"), registry.ErrNotFound)
		_, err := s.Put(instance("Arith", "a", "127.0.0.1:1"), "late", 0)
		require.ErrorIs(t, err, registry.ErrNotFound, "no room to record that a lease has ended: each sweep deletes the leases from s.ended whose time is over, now included")
	})
}

func TestRunEndsWhenItsLastSweepDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &stalling{slog.DiscardHandler, make(chan struct{}), make(chan struct{})}
		s := registry.NewStore(registry.Options{Logger: slog.New(log)})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			s.Run(ctx)
		}()
		stall(t, s, log)
		cancel()
		synctest.Wait()
		select {
		case <-ended:
			t.Error("a sweep goes on, and nobody waits for it")
		default:
		}
		close(log.resume)
		<-ended
	})
}

func TestATTLAndASweepBelowZeroAreTheDefaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{TTL: -1, Sweep: -1})
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		time.Sleep(ttl - 1)
		require.Len(t, s.Instances("Arith"), 1)
		time.Sleep(time.Second + 1)
		synctest.Wait()
		require.Empty(t, s.Instances("Arith"))
	})
}
