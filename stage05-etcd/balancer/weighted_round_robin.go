package balancer

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"example.com/workshop/stage05-etcd/registry"
)

// WeightedRoundRobin gives each instance calls in proportion to its weight, and
// spreads them: weights 5, 1, 1 give a a b a c a a, not a a a a a b c. It is the
// smooth weighted round robin of nginx: at every pick each instance's current
// value rises by its weight, the highest value wins, and the winner pays the sum
// of all weights.
//
// As with RoundRobin, a call that is tried again takes no turn: it goes to any of
// the others, by weight. The zero WeightedRoundRobin is ready for Update.
type WeightedRoundRobin struct {
	mu    sync.Mutex // one Update at a time
	nodes nodes[credit]
	round atomic.Pointer[round]
}

// credit is nginx's current value, as it was when the last round ended.
type credit struct{ current int64 }

// Update implements Balancer.
func (b *WeightedRoundRobin) Update(instances []registry.Instance) {
	b.mu.Lock()
	defer b.mu.Unlock()
	// The values live on. Starting over at each update would give every call to
	// the instance that comes first. A pick that is under way may miss the change
	// of rounds, and its turn is not charged: that is all.
	if r := b.round.Load(); r != nil {
		r.settle()
	}
	b.nodes.update(instances, nil)
	b.round.Store(newRound(b.nodes.list()))
}

// Pick implements Balancer.
func (b *WeightedRoundRobin) Pick(info Info) (registry.Instance, func(DoneInfo), error) {
	r := b.round.Load()
	if r == nil {
		return registry.Instance{}, nil, ErrNoInstances
	}
	left := without(r.nodes, info.Skip)
	if len(left) == 0 {
		return registry.Instance{}, nil, ErrNoInstances
	}
	if len(left) < len(r.nodes) {
		return anyByWeight(left).Instance, ignore, nil
	}
	return r.next().Instance, ignore, nil
}

// anyByWeight returns one of list, which is not empty.
func anyByWeight[S any](list []*node[S]) *node[S] {
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
