package balancer_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/registry"
)

func TestWeightedRoundRobinConforms(t *testing.T) { conforms(t, "weighted-round-robin") }

func abc(a, b, c int) []registry.Instance {
	return []registry.Instance{instance("a", a), instance("b", b), instance("c", c)}
}

func TestWeightedRoundRobinIsSmooth(t *testing.T) {
	for _, test := range []struct {
		weights []registry.Instance
		want    string
	}{
		{abc(5, 1, 1), "aabacaaaabacaa"},
		{abc(1, 1, 1), "abcabc"},
		{abc(4, 2, 1), "abacaba"},
		{abc(1, 3, 0), "babb"},
		{abc(0, 0, 1000), "ccc"},
	} {
		var plain, updated balancer.WeightedRoundRobin
		plain.Update(test.weights)
		var got, gotUpdated string
		for range test.want {
			got += call(t, &plain)
			// B1: an update between picks does not start the round again.
			updated.Update(test.weights)
			gotUpdated += call(t, &updated)
		}
		require.Equal(t, test.want, got)
		require.Equal(t, test.want, gotUpdated)
	}
}

// nginx is the algorithm as it is usually written, with a value raised per
// instance and pick.
type nginx struct {
	instances []registry.Instance
	current   []int
}

func (n *nginx) pick() string {
	best, total := 0, 0
	for i, in := range n.instances {
		n.current[i] += in.Weight
		total += in.Weight
		if n.current[i] > n.current[best] {
			best = i
		}
	}
	n.current[best] -= total
	return n.instances[best].ID
}

func TestWeightedRoundRobinPicksAsNginxDoes(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		instances := many(1 + r.IntN(20))
		for i := range instances {
			instances[i].Weight = 1 + r.IntN([]int{1, 3, 1000}[seed%3])
		}
		reference := nginx{instances, make([]int, len(instances))}
		var b balancer.WeightedRoundRobin
		b.Update(instances)
		for i := range 500 {
			if r.IntN(10) == 0 {
				shuffled := slices.Clone(instances)
				r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
				b.Update(shuffled)
			}
			require.Equal(t, reference.pick(), call(t, &b), "seed %d, pick %d", seed, i)
		}
	}
}

func TestWeightedRoundRobinIsExactOverARound(t *testing.T) {
	var b balancer.WeightedRoundRobin
	b.Update(abc(1000, 100, 10))
	require.Empty(t, cmp.Diff(shares(t, &b, 1110), map[string]int{"a": 1000, "b": 100, "c": 10}))
}

// W5: who stays keeps its turn when others come, go or change.
func TestWeightedRoundRobinKeepsTurnsThroughChanges(t *testing.T) {
	var b balancer.WeightedRoundRobin
	count := make(map[string]int)
	r := rand.New(rand.NewPCG(1, 1))
	for range 3000 {
		instances := abc(2, 1, 1)
		for _, guest := range many(3) {
			if r.IntN(2) == 0 {
				instances = append(instances, guest)
			}
		}
		b.Update(instances)
		count[call(t, &b)]++
	}
	// The weights are 4 for the three and 1.5 for the guests, on average.
	require.InDelta(t, 2*count["b"], count["a"], 60)
	require.InDelta(t, count["b"], count["c"], 30)
	require.InDelta(t, 3000*2/5.5, count["a"], 120)
}

func TestWeightedRoundRobinKeepsTheValueOfWeightZero(t *testing.T) {
	var b balancer.WeightedRoundRobin
	b.Update(abc(1, 1, 1))
	require.Equal(t, "a", call(t, &b))
	b.Update(abc(0, 1, 1))
	require.Equal(t, "b", call(t, &b))
	b.Update(abc(1, 1, 1))
	// a has had its turn in this round, and so has b.
	require.Equal(t, "c", call(t, &b))
}

func TestWeightedRoundRobinFollowsWeightsThatFallAtOnce(t *testing.T) {
	for _, before := range [][]registry.Instance{abc(1000, 1000, 1000), abc(1000, 10, 10), abc(0, 1000, 1000)} {
		for picks := range 60 {
			var b balancer.WeightedRoundRobin
			b.Update(before)
			for range picks {
				call(t, &b)
			}
			b.Update(abc(1, 1, 1))
			for id, n := range shares(t, &b, 30) {
				require.InDelta(t, 10, n, 3, "%s after %d picks at %v", id, picks, before)
			}
		}
	}
}

func TestWeightedRoundRobinRetriesByWeightAndTakesNoTurn(t *testing.T) {
	var b balancer.WeightedRoundRobin
	b.Update(abc(3, 1, 1))
	retries := make(map[string]int)
	var turns string
	for range 5 {
		for range 801 {
			in, _, err := b.Pick(balancer.Info{Skip: skip("b")})
			require.NoError(t, err)
			retries[in.ID]++
		}
		turns += call(t, &b)
	}
	// Binomial(4005, 3/4): standard deviation 27.4; eight of them: below 1e-14.
	require.InDelta(t, 3004, retries["a"], 220)
	require.Equal(t, 4005, retries["a"]+retries["c"])
	require.Equal(t, "abaca", turns)
}

func ExampleWeightedRoundRobin() {
	b := new(balancer.WeightedRoundRobin)
	b.Update([]registry.Instance{{ID: "a", Weight: 5}, {ID: "b", Weight: 1}, {ID: "c", Weight: 1}})
	for range 7 {
		in, done, _ := b.Pick(balancer.Info{})
		fmt.Print(in.ID, " ")
		done(balancer.DoneInfo{})
	}
	// Output: a a b a c a a
}
