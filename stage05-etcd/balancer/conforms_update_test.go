package balancer_test

import (
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/registry"
)

// updateRules is what Update promises; conforms runs every balancer through it.
var updateRules = []rule{
	{"has no instances when the list is empty", emptied},
	{"has no instances when all weights are zero", allAtZero},
	{"gives weight zero and less no calls", weightZero},
	{"gives a weight back its calls", weightRestored},
	{"takes weights beyond the bounds without memory for them", hugeWeight},
	{"takes over what changed in an instance", changedInstance},
	{"does not keep the caller's slice", callersSlice},
	{"counts the first of two entries with one ID", duplicates},
	{"forgets a removed instance under calls in flight", removedInFlight},
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
	require.Less(t, allocated(func() {
		b.Update([]registry.Instance{instance("a", math.MaxInt), instance("b", math.MaxInt), instance("c", math.MinInt)})
		shares(t, b, 100)
	}), uint64(256<<10))
	require.Len(t, shares(t, b, 100), 2)
	in, _, err := b.Pick(balancer.Info{Key: "k"})
	require.NoError(t, err)
	require.Equal(t, registry.MaxWeight, in.Weight)
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
