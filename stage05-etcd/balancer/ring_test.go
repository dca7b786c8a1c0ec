package balancer_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/registry"
)

func TestConsistentHashMovesOnlyTheKeysOfWhoComesOrGoes(t *testing.T) {
	for _, n := range []int{2, 10, 100} {
		with, without := many(n), many(n)
		gone := with[n/2].ID
		b := ring(with)
		before := owners(t, b, nil)
		b.Update(slices.Delete(without, n/2, n/2+1))
		after := owners(t, b, nil)
		moved := 0
		for i := range before {
			if before[i] == gone {
				moved++
			} else if before[i] != after[i] {
				t.Fatalf("a key moved from %s to %s, which both stay", before[i], after[i])
			}
		}
		require.InDelta(t, keys/n, moved, 0.3*keys/float64(n))
		b.Update(with)
		require.Empty(t, cmp.Diff(owners(t, b, nil), before)) // and back again
	}
}

// However it came about, the ring of one list is the same ring: what an update takes
// out of the old one and merges into it leads where building it anew does.
func TestRingIsTheSameHoweverItCameAbout(t *testing.T) {
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 1))
		updated := ring(nil)
		for step := range 20 {
			instances := slices.DeleteFunc(many(30), func(registry.Instance) bool { return r.IntN(4) == 0 })
			for i := range instances {
				instances[i].Weight = r.IntN([]int{2, 5, 1001}[seed%3])
			}
			updated.Update(instances)
			fresh := ring(instances)
			for range 200 {
				key := balancer.Info{Key: fmt.Sprint("user-", r.Uint32())}
				got, _, err := updated.Pick(key)
				want, _, wantErr := fresh.Pick(key)
				require.Equal(t, wantErr, err)
				require.Equal(t, want.ID, got.ID, "seed %d, step %d, key %s", seed, step, key.Key)
			}
		}
	}
}

func TestConsistentHashIsEvenWithinAThird(t *testing.T) {
	for _, n := range []int{3, 10, 30} {
		count := make(map[string]int)
		for _, id := range owners(t, ring(many(n)), nil) {
			count[id]++
		}
		require.Len(t, count, n)
		for id, got := range count {
			require.InDelta(t, keys/n, got, keys/float64(n)/3, id)
		}
	}
}

func TestConsistentHashSharesByWeight(t *testing.T) {
	count := make(map[string]int)
	for _, id := range owners(t, ring([]registry.Instance{instance("a", 600), instance("b", 300), instance("c", 100)}), nil) {
		count[id]++
	}
	require.InDelta(t, 0.6*keys, count["a"], 0.05*keys)
	require.InDelta(t, 0.3*keys, count["b"], 0.05*keys)
	require.InDelta(t, 0.1*keys, count["c"], 0.05*keys)
}

// The smallest of weights still has a point.
func TestConsistentHashLeavesNobodyOut(t *testing.T) {
	b := ring([]registry.Instance{instance("a", 1000), instance("b", 1000), instance("c", 1)})
	require.Contains(t, owners(t, b, nil), "c")
}

// An update makes the points of who comes or goes and takes the others over, however
// many updates there were.
func TestRingUpdateMakesOnlyWhatChanged(t *testing.T) {
	instances := many(200)
	var b *balancer.ConsistentHash
	anew := allocated(func() { b = ring(instances) })
	for range 50 {
		instances[100].Weight ^= 1
		b.Update(instances)
	}
	instances[100].Weight ^= 1
	require.Less(t, allocated(func() { b.Update(instances) }), anew/2)
}

// B2: the ring of 100 instances takes the same memory for every weight.
func TestConsistentHashMemoryDoesNotGrowWithWeights(t *testing.T) {
	size := func(weight int) uint64 {
		instances := many(100)
		for i := range instances {
			instances[i].Weight = weight - i%2*(weight/2)
		}
		return allocated(func() { ring(instances) })
	}
	light, heavy := size(1), size(registry.MaxWeight)
	require.Less(t, light, uint64(4<<20))
	require.InDelta(t, light, heavy, float64(light)/10)
}
