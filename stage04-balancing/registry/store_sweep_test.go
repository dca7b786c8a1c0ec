package registry_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/logtest"
	"example.com/workshop/stage04-balancing/registry"
)

const ttl = 15 * time.Second

func TestInstanceIsEvictedByTheFirstSweepAfterItsTTL(t *testing.T) {
	for name, c := range map[string]struct{ ttl, sweep time.Duration }{
		"the defaults":              {15 * time.Second, time.Second},
		"the shortest":              {time.Second, time.Second},
		"the usual tutorials":       {60 * time.Second, 30 * time.Second},
		"sweeps that do not divide": {10 * time.Second, 3 * time.Second},
		"many sweeps":               {2 * time.Second, 10 * time.Millisecond},
	} {
		for _, late := range []time.Duration{0, 1, c.sweep / 3, c.sweep - 1} {
			t.Run(fmt.Sprintf("%s, %v after a sweep", name, late), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					log := &evictions{at: map[string]time.Time{}}
					start := time.Now()
					s := sweeping(t, registry.Options{TTL: c.ttl, Sweep: c.sweep, Logger: slog.New(log)})
					time.Sleep(7*c.sweep + late)
					synctest.Wait()
					require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
					time.Sleep(c.ttl / 2)
					require.NoError(t, beat(s, "Arith", "a"))
					beaten := time.Now()

					time.Sleep(c.ttl - 1)
					require.Len(t, s.Instances("Arith"), 1, "alive a nanosecond before its TTL is over")
					time.Sleep(c.sweep + 1)
					synctest.Wait()
					require.Empty(t, s.Instances("Arith"), "gone one sweep after its TTL")
					out := beaten.Add(c.ttl).Sub(start)
					first := (out + c.sweep - 1) / c.sweep * c.sweep
					require.False(t, log.of("a").IsZero(), `s.opts.Logger got no line "evicted" for a`)
					require.Equal(t, first, log.of("a").Sub(start))
				})
			})
		}
	}
}

func TestNoLeaseRunsOutWhileNobodySweeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		time.Sleep(time.Hour)
		require.Len(t, s.Instances("Arith"), 1)
		go s.Run(t.Context())
		time.Sleep(10 * time.Second)
		require.Len(t, s.Instances("Arith"), 1, "its TTL begins when the sweeping does")
		time.Sleep(6 * time.Second)
		require.Empty(t, s.Instances("Arith"))
	})
}

func TestRunEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		newStore().Run(ctx)
		require.Equal(t, time.Minute, time.Since(start))
	})
}

func TestAllWhoFallSilentAreEvictedAndNobodyElse(t *testing.T) {
	for _, c := range []struct{ of, dead int }{{1, 1}, {3, 1}, {3, 3}, {5, 4}, {20, 1}, {20, 18}, {20, 20}, {100, 15}, {100, 100}} {
		t.Run(fmt.Sprintf("%d of %d", c.dead, c.of), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log logtest.Buffer
				f := newFleet(t, sweeping(t, registry.Options{Logger: log.Logger()}), c.of)
				f.killAll(c.dead)
				time.Sleep(ttl + time.Second)
				synctest.Wait()
				require.Equal(t, c.of-c.dead, f.listed(), "trap R3: a guard in the registry keeps the dead listed")
				if c.dead <= 20 { // a later stage leaves out lines if there are more
					require.Equal(t, c.dead, strings.Count(log.String(), "msg=evicted"))
				}
				require.Equal(t, strings.Count(log.String(), "\n"), strings.Count(log.String(), "msg=evicted"), "and nothing else is said")
				time.Sleep(10 * ttl)
				require.Equal(t, c.of-c.dead, f.listed())
			})
		})
	}
}

func TestManyGoroutinesMayUseAStoreThatSweeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{TTL: 2 * time.Second, Sweep: 100 * time.Millisecond})
		var all sync.WaitGroup
		for g := range 8 {
			all.Go(func() {
				for i := range 40 {
					in := instance("Arith", fmt.Sprintf("%d-%d", g, i), "127.0.0.1:1")
					lease, err := s.Put(in, "", 0)
					if err != nil {
						t.Error(err)
					}
					s.Instances("Arith")
					time.Sleep(100 * time.Millisecond) // together with the sweep
					s.Services()
					if _, err := s.Beat("Arith", in.ID, lease.ID); err != nil {
						t.Error(err)
					}
					if i > 0 { // one of each is left to the sweep
						if err := s.Delete("Arith", in.ID, lease.ID); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		all.Wait()
		require.Empty(t, s.Services())
	})
}

// Sweeps run beside beats. The race detector sees a beat that takes no lock as well, if it runs.
func TestABeatWaitsForWhoHasLockedTheStore(t *testing.T) {
	s := newStore()
	require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
	require.NoError(t, whileLocked(t, s, "(*Store).Beat", func() error { return beat(s, "Arith", "a") }))
}
