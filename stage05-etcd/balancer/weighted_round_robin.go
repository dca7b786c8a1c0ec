package balancer

import (
	"math/rand/v2"
	"sync"

	"example.com/workshop/stage05-etcd/registry"
)

// WeightedRoundRobin gives each instance calls in proportion to its weight, and spreads
// them: weights 5, 1, 1 give a a b a c a a, not a a a a a b c. It is the smooth weighted
// round robin of nginx. The zero WeightedRoundRobin is ready for Update.
type WeightedRoundRobin struct {
	nodes nodes[credit]
	mu    sync.Mutex // guards every credit
}

// credit is what an instance has gained by its weight and not yet spent on calls. An
// update keeps it. If each update reset it, every call would go to the first instance.
type credit struct{ current int }

// Update implements Balancer. It limits each credit to one round, the sum of all weights.
// Otherwise, after weights in the thousands have become 1 each, it would take thousands
// of calls to even out the old credits.
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
// call takes no turn. It goes to one of the others, at random by weight.
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

// smoothNext returns the node of list whose turn it is. list is not empty. First every
// node's credit rises by its weight. The node with the highest credit wins, the first one
// if several have it. The winner's credit then falls by the sum of all weights. The
// caller holds the lock.
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

// anyByWeight returns a random node of list, which is not empty. Each node's probability
// is in proportion to its weight.
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
