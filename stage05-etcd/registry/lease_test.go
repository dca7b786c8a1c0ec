package registry_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

// sweeping returns a store that sweeps until the test ends.
func sweeping(t *testing.T, opts registry.Options) *registry.Store {
	t.Helper()
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	s := registry.NewStore(opts)
	go s.Run(t.Context())
	return s
}

// evictions is a log handler that notes when each instance was evicted.
type evictions struct {
	mu sync.Mutex // guards the field below
	at map[string]time.Time
}

func (e *evictions) Enabled(context.Context, slog.Level) bool { return true }
func (e *evictions) WithAttrs([]slog.Attr) slog.Handler       { return e }
func (e *evictions) WithGroup(string) slog.Handler            { return e }

func (e *evictions) Handle(_ context.Context, r slog.Record) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "id" && r.Message == "evicted" {
			e.at[a.Value.String()] = time.Now()
		}
		return true
	})
	return nil
}

// of returns when id was evicted.
func (e *evictions) of(id string) time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.at[id]
}

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
					_, err := s.Put(instance("Arith", "a", "127.0.0.1:1"), "", 0)
					require.NoError(t, err)
					time.Sleep(c.ttl / 2)
					_, err = s.Beat("Arith", "a", "")
					require.NoError(t, err)
					beaten := time.Now()

					time.Sleep(c.ttl - 1)
					require.Len(t, s.Instances("Arith"), 1, "alive a nanosecond before its TTL is over")
					time.Sleep(c.sweep + 1)
					synctest.Wait()
					require.Empty(t, s.Instances("Arith"), "gone one sweep after its TTL")
					out := beaten.Add(c.ttl).Sub(start)
					first := (out + c.sweep - 1) / c.sweep * c.sweep
					require.Equal(t, first, log.of("a").Sub(start))
				})
			})
		}
	}
}

func TestTheTTLIsWhatWasAskedForWithinBounds(t *testing.T) {
	for _, c := range []struct{ longest, asked, want time.Duration }{
		{0, 0, 15 * time.Second},
		{0, time.Minute, 15 * time.Second},
		{0, 5 * time.Second, 5 * time.Second},
		{0, time.Millisecond, registry.MinTTL},
		{0, -time.Second, 15 * time.Second},
		{time.Minute, 0, time.Minute},
		{time.Minute, 59 * time.Second, 59 * time.Second},
		{time.Minute, time.Hour, time.Minute},
	} {
		s := registry.NewStore(registry.Options{TTL: c.longest})
		lease, err := s.Put(instance("Arith", "a", "127.0.0.1:1"), "", c.asked)
		require.NoError(t, err)
		require.Equal(t, c.want, lease.TTL, c)
	}
}

func TestAnInstanceHasTheTTLThatItWasGranted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{TTL: time.Minute})
		for id, ttl := range map[string]time.Duration{"brief": 5 * time.Second, "long": time.Minute} {
			_, err := s.Put(instance("Arith", id, "127.0.0.1:1"), "", ttl)
			require.NoError(t, err)
		}
		time.Sleep(3 * time.Second)
		lease, err := s.Beat("Arith", "brief", "")
		require.NoError(t, err)
		require.Equal(t, 5*time.Second, lease.TTL, "a beat renews it for the same time")
		time.Sleep(6 * time.Second)
		require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{instance("Arith", "long", "127.0.0.1:1")}))
	})
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

func TestALeaseHasAnIDOfItsOwn(t *testing.T) {
	s := newStore()
	first, err := s.Put(instance("Arith", "a", "127.0.0.1:1"), "", 0)
	require.NoError(t, err)
	second, err := s.Put(instance("Arith", "b", "127.0.0.1:2"), "", 0)
	require.NoError(t, err)
	require.NotEmpty(t, first.ID)
	require.NotEqual(t, first.ID, second.ID)
	third, err := s.Put(instance("Arith", "c", "127.0.0.1:3"), "mine", 0)
	require.NoError(t, err)
	require.Equal(t, "mine", third.ID, "unless the caller names it")
}

func TestOnlyTheLatestLeaseCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{})
		old, err := s.Put(instance("Arith", "a", "127.0.0.1:1"), "", 0)
		require.NoError(t, err)
		restarted := instance("Arith", "a", "127.0.0.1:1")
		restarted.Version = "v2"
		latest, err := s.Put(restarted, "", 0)
		require.NoError(t, err)

		time.Sleep(10 * time.Second)
		_, err = s.Beat("Arith", "a", old.ID)
		require.ErrorIs(t, err, registry.ErrNotFound, "a beat under the old lease")
		require.ErrorIs(t, s.Delete("Arith", "a", old.ID), registry.ErrNotFound)
		require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{restarted}))
		time.Sleep(6 * time.Second)
		require.Empty(t, s.Instances("Arith"), "the old lease's beat has renewed nothing")

		latest, err = s.Put(restarted, latest.ID, 0)
		require.NoError(t, err)
		got, err := s.Beat("Arith", "a", latest.ID)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(got, latest))
		require.NoError(t, s.Delete("Arith", "a", latest.ID))
		require.Empty(t, s.Services())
	})
}

func TestABeatBringsNobodyBack(t *testing.T) {
	s := newStore()
	lease, err := s.Put(instance("Arith", "a", "127.0.0.1:1"), "", 0)
	require.NoError(t, err)
	require.NoError(t, s.Delete("Arith", "a", lease.ID))
	for _, id := range []string{lease.ID, ""} {
		_, err := s.Beat("Arith", "a", id)
		require.ErrorIs(t, err, registry.ErrNotFound)
	}
	require.Empty(t, s.Services())
}

func TestAnInstanceMovesUnderItsOwnLeaseAlone(t *testing.T) {
	s := newStore()
	lease, err := s.Put(instance("Arith", "a", "127.0.0.1:1"), "", 0)
	require.NoError(t, err)
	moved := instance("Arith", "a", "127.0.0.1:2")
	for _, other := range []string{"", "other"} {
		_, err = s.Put(moved, other, 0)
		require.ErrorIs(t, err, registry.ErrTaken)
	}
	_, err = s.Put(moved, lease.ID, 0)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{moved}))
}

func TestAnIDIsFreeOnceItsLeaseHasRunOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{})
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		moved := instance("Arith", "a", "127.0.0.1:2")
		time.Sleep(15*time.Second - 1)
		require.ErrorIs(t, put(s, moved), registry.ErrTaken)
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		require.NoError(t, put(s, moved))
	})
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
					if i > 0 || g > 2 { // three are left to the sweep
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
