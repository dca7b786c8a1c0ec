package balancer

import (
	"math/rand/v2"
	"sync"

	"example.com/workshop/stage05-etcd/registry"
)

// WeightedRoundRobin gives each instance calls in proportion to its weight, and
// spreads them: weights 5, 1, 1 give a a b a c a a, not a a a a a b c. It is the
// smooth weighted round robin of nginx. The zero WeightedRoundRobin is ready for Update.
type WeightedRoundRobin struct {
	nodes nodes[credit]
	mu    sync.Mutex // guards every credit
}

// credit is what an instance has gained by its weight and not yet spent on calls. It is
// kept at an update. If it started over at each, every call would go to the first
// instance.
type credit struct{ current int }

// Update implements Balancer. No credit is larger than a round: what was gained or spent by
// weights in the thousands would, once they are 1 each, take thousands of calls to even out.
func (b *WeightedRoundRobin) Update(instances []registry.Instance) {
	b.nodes.update(instances, nil)
	b.mu.Lock()
	defer b.mu.Unlock()
	list, _ := b.nodes.list(nil)
	round := 0
	for _, n := range list {
		round += n.Weight
	}
	for _, n := range list {
		n.state.current = max(-round, min(n.state.current, round))
	}
}

// Pick implements Balancer. As with RoundRobin, if info.Skip turns an instance down, the
// call takes no turn and goes to any of the others, by weight.
func (b *WeightedRoundRobin) Pick(info Info) (registry.Instance, func(DoneInfo), error) {
	left, all := b.nodes.list(info.Skip)
	switch {
	case len(left) == 0:
		return registry.Instance{}, nil, ErrNoInstances
	case len(left) < all:
		return anyByWeight(left).Instance, ignore, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return smoothNext(left).Instance, ignore, nil
}

// smoothNext returns the node of list, which is not empty, whose turn it is: every
// node's credit rises by its weight, the highest wins (of equals the first), and
// the winner pays the sum of all weights. The caller has the lock.
func smoothNext(list []*node[credit]) *node[credit] {
	winner, total := list[0], 0
	for _, n := range list {
		n.state.current += n.Weight
		total += n.Weight
		if n.state.current > winner.state.current {
			winner = n
		}
	}
	winner.state.current -= total
	return winner
}

// anyByWeight returns one of list, which is not empty, each node with a chance in
// proportion to its weight.
func anyByWeight(list []*node[credit]) *node[credit] {
	total := 0
	for _, n := range list {
		total += n.Weight
	}
	ticket, i := rand.IntN(total), 0
	for ticket >= list[i].Weight {
		ticket -= list[i].Weight
		i++
	}
	return list[i]
}
