package balancer_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestConsistentHashConforms(t *testing.T) { conforms(t, "consistent-hash") }

func TestConsistentHashAgreesAcrossProcesses(t *testing.T) {
	one, other := many(20), many(20)
	rand.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
	require.Empty(t, cmp.Diff(owners(t, ring(other), nil), owners(t, ring(one), nil)))
	// Were the hash to change with a release or a machine, clients of two kinds
	// would send one key to two instances.
	require.Empty(t, cmp.Diff(owners(t, ring(one), nil)[:5], []string{"s019", "s005", "s004", "s001", "s000"}))
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
