package balancer

import (
	"sync/atomic"

	"example.com/workshop/stage05-etcd/registry"
)

// RoundRobin picks one instance after the other, in the order of their IDs, as
// RFC 1794 (1995) does with the addresses of a DNS name: even in number, blind to
// how long each call takes.
//
// A call that is tried again (Info.Skip) goes to any of the others and takes no
// turn. If it took one, the turns of an instance that fails every call would come
// round the sooner for it: of three instances it would be tried by every second
// call, not by every third.
//
// Weights other than 0 are not used. The zero RoundRobin is ready for Update.
type RoundRobin struct {
	nodes nodes[struct{}]
	turns atomic.Uint64
}

// Update implements Balancer.
func (b *RoundRobin) Update(instances []registry.Instance) { b.nodes.update(instances, nil) }

// Pick implements Balancer.
func (b *RoundRobin) Pick(info Info) (registry.Instance, func(DoneInfo), error) {
	list := b.nodes.list()
	left := without(list, info.Skip)
	if len(left) == 0 {
		return registry.Instance{}, nil, ErrNoInstances
	}
	if len(left) < len(list) {
		return anyOf(left).Instance, ignore, nil
	}
	turn := b.turns.Add(1) - 1
	return list[turn%uint64(len(list))].Instance, ignore, nil
}
