package balancer_test

import (
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/registry"
)

// TestEveryBalancer runs each balancer through what all of them promise.
func TestEveryBalancer(t *testing.T) {
	rules := []struct {
		name string
		test func(*testing.T, balancer.Balancer)
	}{
		{"has no instances before the first update", noInstances},
		{"has no instances when the list is empty", emptied},
		{"has no instances when all weights are zero", allAtZero},
		{"gives every instance calls", everyInstance},
		{"gives weight zero and less no calls", weightZero},
		{"gives a weight back its calls", weightRestored},
		{"takes weights beyond the bounds without memory for them", hugeWeight},
		{"skips what the call has tried", skips},
		{"lets skip call the balancer", skipCallsBack},
		{"takes over what changed in an instance", changedInstance},
		{"does not keep the caller's slice", callersSlice},
		{"counts the first of two entries with one ID", duplicates},
		{"forgets a removed instance under calls in flight", removedInFlight},
		{"bears a done too many", doneTwice},
		{"picks and finishes without an allocation", noAllocation},
		{"bears updates, picks and dones at once", concurrent},
	}
	for _, name := range balancer.Names() {
		t.Run(name, func(t *testing.T) {
			for _, rule := range rules {
				t.Run(rule.name, func(t *testing.T) {
					b, err := balancer.New(name)
					require.NoError(t, err)
					rule.test(t, b)
				})
			}
		})
	}
}

func requireNoInstances(t *testing.T, b balancer.Balancer, info balancer.Info) {
	t.Helper()
	in, done, err := b.Pick(info)
	require.ErrorIs(t, err, balancer.ErrNoInstances)
	require.Nil(t, done)
	require.Empty(t, cmp.Diff(in, registry.Instance{}))
}

func noInstances(t *testing.T, b balancer.Balancer) {
	requireNoInstances(t, b, balancer.Info{})
	requireNoInstances(t, b, balancer.Info{Key: "k", Skip: skip("a")})
}

func emptied(t *testing.T, b balancer.Balancer) {
	b.Update(list("a"))
	id, done := begin(t, b)
	require.Equal(t, "a", id)
	b.Update(nil)
	requireNoInstances(t, b, balancer.Info{})
	requireNoInstances(t, b, balancer.Info{Key: "k"})
	done(balancer.DoneInfo{})
}

func allAtZero(t *testing.T, b balancer.Balancer) {
	b.Update([]registry.Instance{instance("a", 0), instance("b", 0)})
	requireNoInstances(t, b, balancer.Info{})
	requireNoInstances(t, b, balancer.Info{Key: "k", Skip: skip("a")})
}

// 500 calls to 5 instances: chance alone leaves one out with a probability of
// 5 × 0.8^500, below 1e-47.
func everyInstance(t *testing.T, b balancer.Balancer) {
	b.Update(list("a", "b", "c", "d", "e"))
	got := slices.Sorted(maps.Keys(shares(t, b, 500)))
	require.Empty(t, cmp.Diff(got, []string{"a", "b", "c", "d", "e"}))
}

func weightZero(t *testing.T, b balancer.Balancer) {
	b.Update(list("a", "b", "c"))
	shares(t, b, 10)
	b.Update([]registry.Instance{instance("a", 1), instance("b", 0), instance("c", -1000)})
	require.Empty(t, cmp.Diff(shares(t, b, 100), map[string]int{"a": 100}))
	requireNoInstances(t, b, balancer.Info{Key: "k", Skip: skip("a")})
}

func weightRestored(t *testing.T, b balancer.Balancer) {
	b.Update(list("a", "b"))
	shares(t, b, 10)
	b.Update([]registry.Instance{instance("a", 1), instance("b", 0)})
	shares(t, b, 100)
	b.Update(list("a", "b"))
	require.NotZero(t, shares(t, b, 100)["b"]) // left out by chance: below 1e-30
}

func hugeWeight(t *testing.T, b balancer.Balancer) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	b.Update([]registry.Instance{instance("a", math.MaxInt), instance("b", math.MaxInt), instance("c", math.MinInt)})
	shares(t, b, 100)
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(256<<10))
	require.Len(t, shares(t, b, 100), 2)
	in, _, err := b.Pick(balancer.Info{Key: "k"})
	require.NoError(t, err)
	require.Equal(t, registry.MaxWeight, in.Weight)
}

func skips(t *testing.T, b balancer.Balancer) {
	b.Update(list("a", "b", "c"))
	seen := make(map[string]int)
	for i := range 200 {
		in, done, err := b.Pick(balancer.Info{Key: fmt.Sprint(i), Skip: skip("b")})
		require.NoError(t, err)
		done(balancer.DoneInfo{})
		seen[in.ID]++
	}
	require.Empty(t, cmp.Diff(slices.Sorted(maps.Keys(seen)), []string{"a", "c"}))
	for _, key := range []string{"", "k"} {
		in, _, err := b.Pick(balancer.Info{Key: key, Skip: skip("a", "b")})
		require.NoError(t, err)
		require.Equal(t, "c", in.ID)
		requireNoInstances(t, b, balancer.Info{Key: key, Skip: skip("a", "b", "c")})
	}
}

// In a bubble a lock held during Skip is a deadlock that fails the test.
func skipCallsBack(t *testing.T, b balancer.Balancer) {
	synctest.Test(t, func(t *testing.T) {
		b.Update(list("a", "b"))
		for _, key := range []string{"", "k"} {
			in, _, err := b.Pick(balancer.Info{Key: key, Skip: func(id string) bool {
				_, done, err := b.Pick(balancer.Info{})
				require.NoError(t, err)
				done(balancer.DoneInfo{})
				b.Update(list("a", "b"))
				return id == "a"
			}})
			require.NoError(t, err)
			require.Equal(t, "b", in.ID)
		}
	})
}

func changedInstance(t *testing.T, b balancer.Balancer) {
	b.Update(list("a"))
	call(t, b)
	moved := instance("a", 7)
	moved.Addr, moved.Version, moved.Metadata = "elsewhere:1", "v2", map[string]string{"zone": "z1"}
	b.Update([]registry.Instance{moved})
	in, _, err := b.Pick(balancer.Info{Key: "k"})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(in, moved))
}

func callersSlice(t *testing.T, b balancer.Balancer) {
	mine := list("b", "a")
	b.Update(mine)
	require.Empty(t, cmp.Diff(mine, list("b", "a")))
	mine[0], mine[1] = instance("x", 1), instance("y", 1)
	require.Empty(t, cmp.Diff(slices.Sorted(maps.Keys(shares(t, b, 100))), []string{"a", "b"}))
}

func duplicates(t *testing.T, b balancer.Balancer) {
	second := instance("a", 1)
	second.Addr = "second:1"
	b.Update(append(list("a", "b"), second))
	for range 100 {
		in, done, err := b.Pick(balancer.Info{Skip: skip("b")})
		require.NoError(t, err)
		done(balancer.DoneInfo{})
		require.Equal(t, "a:1234", in.Addr)
	}
	b.Update([]registry.Instance{instance("a", 0), instance("b", 1), instance("a", 1)})
	require.Empty(t, cmp.Diff(shares(t, b, 100), map[string]int{"b": 100}))
}

// An old call's done must not count against the instance that came back.
func removedInFlight(t *testing.T, b balancer.Balancer) {
	b.Update(list("a"))
	var dones []func(balancer.DoneInfo)
	for range 5 {
		_, done := begin(t, b)
		dones = append(dones, done)
	}
	b.Update(list("b"))
	dones[0](balancer.DoneInfo{})
	b.Update(list("a", "b"))
	for _, done := range dones[1:] {
		done(balancer.DoneInfo{Latency: time.Second})
	}
	got := slices.Sorted(maps.Keys(shares(t, b, 100)))
	require.Empty(t, cmp.Diff(got, []string{"a", "b"}))
}

// It is against the rule, and still no count may go below zero: that would make
// one instance the idlest for ever.
func doneTwice(t *testing.T, b balancer.Balancer) {
	b.Update(list("a", "b"))
	_, done := begin(t, b)
	for range 5 {
		done(balancer.DoneInfo{})
	}
	got := slices.Sorted(maps.Keys(shares(t, b, 200)))
	require.Empty(t, cmp.Diff(got, []string{"a", "b"}))
}

func noAllocation(t *testing.T, b balancer.Balancer) {
	b.Update(many(100))
	allocs := testing.AllocsPerRun(200, func() {
		_, done, _ := b.Pick(balancer.Info{Key: "user-1234567"})
		done(balancer.DoneInfo{Latency: time.Millisecond})
	})
	require.Zero(t, allocs)
}

func concurrent(t *testing.T, b balancer.Balancer) {
	all := many(8)
	b.Update(all)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 300 {
				if i%10 == g {
					b.Update(all[:1+(i/10+g)%8])
				}
				info := balancer.Info{Key: fmt.Sprint(i)}
				if i%5 == 0 {
					info.Skip = skip(all[i%8].ID)
				}
				_, done, err := b.Pick(info)
				if err != nil {
					continue // one instance left, and that one skipped
				}
				if i%7 == 0 {
					runtime.Gosched()
				}
				outcome := balancer.DoneInfo{Latency: time.Duration(i) * time.Microsecond}
				if i%20 == 0 {
					outcome.Err = errDown
				}
				done(outcome)
			}
		})
	}
	wg.Wait()
	b.Update(all)
	require.NotEmpty(t, shares(t, b, 100))
}
