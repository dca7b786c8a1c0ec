package balancer_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/registry"
)

// PowerOfTwo prepares its states, which Random does not.
func TestNodesArePreparedByTheRulesOfUpdate(t *testing.T) {
	for _, rule := range updateRules {
		t.Run(rule.name, func(t *testing.T) { rule.test(t, new(balancer.PowerOfTwo)) })
	}
}

func TestNodesForgetTheStateOfWhoIsNotListed(t *testing.T) {
	b := new(balancer.LeastConnections)
	b.Update(list("a"))
	begin(t, b) // and it never ends
	b.Update(list("b"))
	b.Update(list("a", "b"))
	require.NotZero(t, shares(t, b, 100)["a"], "the call in flight was to another process of this ID") // left out by chance: below 1e-30
}

func TestNodesAreInTheOrderOfTheirIDs(t *testing.T) {
	var b balancer.RoundRobin
	var instances []registry.Instance
	for _, id := range []string{"c", "a", "b"} {
		in := instance(id, 1)
		in.Addr = map[string]string{"a": "host:3", "b": "host:1", "c": "host:2"}[id]
		instances = append(instances, in)
	}
	b.Update(instances)
	require.Equal(t, "abc", call(t, &b)+call(t, &b)+call(t, &b))
}

func TestRoundRobinGivesEachTurnOnceHoweverManyCall(t *testing.T) {
	var b balancer.RoundRobin
	b.Update(list("a", "b", "c", "d"))
	const callers, calls = 4, 100_000
	var counts [callers]map[string]int
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range callers {
		counts[i] = make(map[string]int)
		all.Go(func() {
			<-begin
			for range calls {
				in, _, _ := b.Pick(balancer.Info{})
				counts[i][in.ID]++
			}
		})
	}
	close(begin)
	all.Wait()
	total := make(map[string]int)
	for _, count := range counts {
		for id, n := range count {
			total[id] += n
		}
	}
	require.Equal(t, map[string]int{"a": calls, "b": calls, "c": calls, "d": calls}, total, "two calls at the same time must not take the same turn")
}
