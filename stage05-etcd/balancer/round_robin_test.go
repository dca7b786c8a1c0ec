package balancer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
)

func TestRoundRobinConforms(t *testing.T) { conforms(t, "round-robin") }

func TestRoundRobinTakesTurnsByID(t *testing.T) {
	var b balancer.RoundRobin
	b.Update(list("c", "a", "b"))
	var got string
	for i := range 7 {
		if i == 4 {
			b.Update(list("b", "c", "a")) // the order of the list does not matter
		}
		got += call(t, &b)
	}
	require.Equal(t, "abcabca", got, "the first turn is that of the first ID, and an update changes nothing in that")
}

func TestRoundRobinRetriesTakeNoTurn(t *testing.T) {
	var b balancer.RoundRobin
	b.Update(list("a", "b", "c"))
	first := make(map[string]int)
	second := make(map[string]int)
	for range 300 {
		id := call(t, &b)
		first[id]++
		if id == "b" {
			in, _, err := b.Pick(balancer.Info{Skip: skip("b")})
			require.NoError(t, err)
			second[in.ID]++
		}
	}
	require.Empty(t, cmp.Diff(first, map[string]int{"a": 100, "b": 100, "c": 100}), "each gets every third call: a retry takes no turn")
	// Binomial(100, 1/2) leaves 15..85 with a probability below 1e-12.
	require.InDelta(t, 50, second["a"], 35)
	require.Equal(t, 100, second["a"]+second["c"])
}

// A client that always passes a Skip must not turn round robin into random.
func TestRoundRobinKeepsTurnsWhenSkipSkipsNone(t *testing.T) {
	var b balancer.RoundRobin
	b.Update(list("a", "b", "c"))
	var got string
	for range 6 {
		in, _, err := b.Pick(balancer.Info{Skip: skip()})
		require.NoError(t, err)
		got += in.ID
	}
	require.Equal(t, "abcabc", got, "Skip turned nobody down, so this is no retry")
}
