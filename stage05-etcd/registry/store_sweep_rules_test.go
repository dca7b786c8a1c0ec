package registry_test

import (
	"context"
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
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		time.Sleep(ttl)
		synctest.Wait()
		require.Equal(t, "level=INFO msg=evicted service=Arith id=a addr=127.0.0.1:1 ttl=15s\n", log.String())
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
