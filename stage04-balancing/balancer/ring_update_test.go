package balancer_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/registry"
)

// walk returns the IDs of all points of the ring, in the order in which a pick meets
// them. first, if it is not nil, runs when the pick is at its first point.
func walk(t *testing.T, b *balancer.ConsistentHash, first func()) (ids []string) {
	t.Helper()
	_, _, err := b.Pick(balancer.Info{Key: "user-1", Skip: func(id string) bool {
		if len(ids) == 0 && first != nil {
			first()
		}
		ids = append(ids, id)
		return true
	}})
	require.ErrorIs(t, err, balancer.ErrNoInstances)
	return ids
}

// some returns instances of many(80) in a random number, each of a random weight
// below the bound.
func some(r *rand.Rand, bound int) []registry.Instance {
	share := r.IntN(101)
	instances := slices.DeleteFunc(many(80), func(registry.Instance) bool { return r.IntN(100) >= share })
	for i := range instances {
		instances[i].Weight = r.IntN(bound)
	}
	return instances
}

// However it came about, the ring of one list is the same ring, point for point.
func TestRingIsTheSameHoweverItCameAbout(t *testing.T) {
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 1))
		updated := ring(nil)
		for step := range 10 {
			instances := some(r, []int{2, 5, 1001}[seed%3])
			updated.Update(instances)
			same := slices.Equal(walk(t, updated, nil), walk(t, ring(instances), nil))
			require.True(t, same, "seed %d, step %d", seed, step)
		}
	}
}

// Wherever it begins, a pick that nobody takes meets all points.
func TestRingIsWalkedAllTheWayRound(t *testing.T) {
	b := ring(many(7))
	for i := range 50 {
		met := make(map[string]int)
		b.Pick(balancer.Info{Key: fmt.Sprint("user-", i), Skip: func(id string) bool { met[id]++; return true }})
		for _, in := range many(7) {
			require.GreaterOrEqual(t, met[in.ID], 160)
		}
	}
}

// A pick goes round the ring on which it began, whatever an update does meanwhile.
func TestRingStaysAsItWasForAPickUnderWay(t *testing.T) {
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 2))
		before, after := many(60), many(60)
		for _, i := range r.Perm(60)[:20] {
			after[i].Weight, after[i].ID = 1+r.IntN(3), fmt.Sprint(after[i].ID, r.IntN(2))
		}
		b := ring(before)
		quiet := walk(t, b, nil)
		require.True(t, slices.Equal(quiet, walk(t, b, func() { b.Update(after) })), "seed %d", seed)
	}
}

// An update makes the points of who comes or goes and takes the others over, however
// many updates there were.
func TestRingUpdateMakesOnlyWhatChanged(t *testing.T) {
	instances := many(1000)
	b := ring(instances[:1])
	anew := allocated(func() { b.Update(instances) })
	for range 50 {
		instances[100].Weight ^= 1
		b.Update(instances)
	}
	instances[100].Weight ^= 1
	require.Less(t, allocated(func() { b.Update(instances) }), anew/8)
}

// BenchmarkRing makes the ring of some instances anew, and changes one of them.
func BenchmarkRing(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		instances := many(n)
		b.Run(fmt.Sprintf("anew/%d", n), func(b *testing.B) {
			for b.Loop() {
				ring(instances)
			}
		})
		b.Run(fmt.Sprintf("one-changes/%d", n), func(b *testing.B) {
			h := ring(instances)
			for b.Loop() {
				instances[500].Weight ^= 1
				h.Update(instances)
			}
		})
	}
}
