package registry_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/registry"
)

// stalling is a log handler that holds up whoever logs an eviction, and so
// the sweeper, once.
type stalling struct {
	slog.Handler
	stalled chan struct{}
	resume  chan struct{}
}

func (s *stalling) Enabled(context.Context, slog.Level) bool { return true }

func (s *stalling) Handle(context.Context, slog.Record) error {
	select {
	case s.stalled <- struct{}{}:
		<-s.resume
	default: // nobody waits for it any more
	}
	return nil
}

// stall lets an instance die and returns when its eviction holds up the sweeper.
func stall(t *testing.T, s *registry.Store, log *stalling) {
	_, err := s.Put(instance("Other", "bait", "127.0.0.1:1"), "", time.Second)
	require.NoError(t, err)
	select {
	case <-log.stalled:
	case <-time.After(time.Minute):
		require.Fail(t, "a lease of a second has not run out in a minute: the store's clock stands still, or the sweep does not look at it")
	}
}

func TestNobodyIsEvictedForTheSweepersOwnDelay(t *testing.T) {
	for name, n := range map[string]int{"few": 3, "many": 20} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := &stalling{slog.DiscardHandler, make(chan struct{}), make(chan struct{})}
				s := sweeping(t, registry.Options{Logger: slog.New(log)})
				for i := range n {
					require.NoError(t, put(s, instance("Arith", fmt.Sprint(i), "127.0.0.1:1")))
				}
				time.Sleep(ttl / 3)
				for i := range n {
					require.NoError(t, beat(s, "Arith", fmt.Sprint(i)))
				}
				beaten := time.Now()
				stall(t, s, log)
				before := time.Since(beaten)
				time.Sleep(5*ttl + ttl/50) // the whole registry is suspended: no sweep and no beat
				close(log.resume)
				synctest.Wait()
				require.Len(t, s.Instances("Arith"), n, "trap R3: on resume")

				const sweep = time.Second // by which the leases have aged all the same
				time.Sleep(ttl - before - sweep - 1)
				require.Len(t, s.Instances("Arith"), n, "they have what was left of their TTL")
				time.Sleep(sweep + 1)
				synctest.Wait()
				require.Empty(t, s.Instances("Arith"), "and no more")
			})
		})
	}
}

// TestALeaseIsNoLongerWhereSweepsAreLate with a sweep that takes 10 ms and is
// told to look every 20 µs.
func TestALeaseIsNoLongerWhereSweepsAreLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := registry.NewStore(registry.Options{Logger: slog.New(slog.DiscardHandler), TTL: time.Second, Sweep: 20 * time.Microsecond})
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		for range 99 {
			time.Sleep(10 * time.Millisecond)
			s.Sweep()
		}
		require.Len(t, s.Instances("Arith"), 1, "after 990 ms")
		time.Sleep(10 * time.Millisecond)
		s.Sweep()
		require.Empty(t, s.Instances("Arith"), "after a second")
	})
}
