package balancer

import (
	"math/rand/v2"

	"example.com/workshop/stage05-etcd/registry"
)

// Random picks any instance with the same chance. Nothing is shared between
// picks, so it is the cheapest; by chance alone the busiest of n servers gets
// well more than its share (Raab and Steger, "Balls into Bins: A Simple and Tight
// Analysis", 1998).
//
// Weights other than 0 are not used. The zero Random is ready for Update.
type Random struct {
	nodes nodes[struct{}]
}

// Update implements Balancer.
func (b *Random) Update(instances []registry.Instance) { b.nodes.update(instances, nil) }

// Pick implements Balancer.
func (b *Random) Pick(info Info) (registry.Instance, func(DoneInfo), error) {
	n := anyOf(without(b.nodes.list(), info.Skip))
	if n == nil {
		return registry.Instance{}, nil, ErrNoInstances
	}
	return n.Instance, ignore, nil
}

// anyOf returns one of list, nil if there is none.
func anyOf[S any](list []*node[S]) *node[S] {
	if len(list) == 0 {
		return nil
	}
	return list[rand.IntN(len(list))]
}
