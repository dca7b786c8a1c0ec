package balancer_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/registry"
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
