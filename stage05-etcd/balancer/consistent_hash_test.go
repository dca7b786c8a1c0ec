package balancer_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/registry"
)

const keys = 5_000

// owners returns the instance of each of the keys. Hashes are the same in every
// run, so the tests below are free of chance.
func owners(t *testing.T, b *balancer.ConsistentHash, skip func(string) bool) []string {
	t.Helper()
	ids := make([]string, keys)
	for i := range ids {
		in, _, err := b.Pick(balancer.Info{Key: fmt.Sprint("user-", i), Skip: skip})
		if err != nil {
			t.Fatal(err)
		}
		ids[i] = in.ID
	}
	return ids
}

func ring(instances []registry.Instance) *balancer.ConsistentHash {
	var b balancer.ConsistentHash
	b.Update(instances)
	return &b
}

func TestConsistentHashAgreesAcrossProcesses(t *testing.T) {
	one, other := many(20), many(20)
	rand.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
	require.Empty(t, cmp.Diff(owners(t, ring(other), nil), owners(t, ring(one), nil)))
	// Were the hash to change with a release or a machine, clients of two kinds
	// would send one key to two instances.
	require.Empty(t, cmp.Diff(owners(t, ring(one), nil)[:5], []string{"s019", "s005", "s004", "s001", "s000"}))
}

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

func TestConsistentHashTreatsWeightZeroLikeGone(t *testing.T) {
	drained := many(10)
	drained[3].Weight = 0
	require.Empty(t, cmp.Diff(owners(t, ring(drained), nil), owners(t, ring(slices.Delete(many(10), 3, 4)), nil)))
}

// A retry goes where the key would go if the instance were not there.
func TestConsistentHashRetriesOnTheNextOwner(t *testing.T) {
	b := ring(many(10))
	skipping := owners(t, b, skip("s003"))
	b.Update(slices.Delete(many(10), 3, 4))
	require.Empty(t, cmp.Diff(skipping, owners(t, b, nil)))
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

func TestConsistentHashGivesCallsWithoutAKeyToAnybody(t *testing.T) {
	b := ring(many(4))
	count := make(map[string]int)
	for range 4000 {
		count[call(t, b)]++
	}
	for id, n := range count { // standard deviation 27.4; eight of them: below 1e-14
		require.InDelta(t, 1000, n, 220, id)
	}
}

// B2: the ring of 100 instances takes the same memory for every weight.
func TestConsistentHashMemoryDoesNotGrowWithWeights(t *testing.T) {
	size := func(weight int) uint64 {
		instances := many(100)
		for i := range instances {
			instances[i].Weight = weight - i%2*(weight/2)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		ring(instances)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	light, heavy := size(1), size(registry.MaxWeight)
	require.Less(t, light, uint64(4<<20))
	require.InDelta(t, light, heavy, float64(light)/10)
}
