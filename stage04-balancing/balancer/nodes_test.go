package balancer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/balancer"
)

// Every balancer that remembers something has its list from nodes.
func TestNodesFollowTheRulesOfUpdate(t *testing.T) {
	for _, rule := range updateRules {
		t.Run(rule.name, func(t *testing.T) { rule.test(t, new(balancer.WeightedRoundRobin)) })
	}
}

func TestNodesKeepTheirStateThroughAnUpdate(t *testing.T) {
	b, got := new(balancer.WeightedRoundRobin), make(map[string]int)
	for range 30 {
		b.Update(list("a", "b", "c"))
		got[call(t, b)]++
	}
	require.Equal(t, map[string]int{"a": 10, "b": 10, "c": 10}, got, "each update begins the choice anew")
}
