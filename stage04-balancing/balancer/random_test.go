package balancer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/balancer"
)

func TestRandomConforms(t *testing.T) { conforms(t, "random") }

// The share of one in 10 after 10,000 picks has a standard deviation of 30; 210
// is seven of them, left with a probability below 1e-10 for all ten together.
func TestRandomIsEven(t *testing.T) {
	var b balancer.Random
	b.Update(many(10))
	for id, n := range shares(t, &b, 10_000) {
		require.InDelta(t, 1000, n, 210, id)
	}
}
