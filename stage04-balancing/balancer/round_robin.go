package balancer

import (
	"math/rand/v2"
	"sync/atomic"

	"example.com/workshop/stage04-balancing/registry"
)

// RoundRobin picks one instance after the other, in the order of their IDs, as RFC 1794
// (1995) does with the addresses of a DNS name. All get the same number of calls, however
// long each call takes. It treats all weights above 0 alike. The zero RoundRobin is ready
// for Update.
type RoundRobin struct {
	live  live
	turns atomic.Uint64 // how many calls have taken a turn
}

// Update implements Balancer.
func (b *RoundRobin) Update(instances []registry.Instance) { b.live.update(instances) }

// Pick implements Balancer. Each call takes one turn, and the turns go round the
// instances by ID. If info.Skip turns an instance down, the call goes to a random one of
// the others and takes no turn. Otherwise one of three instances that fails every call
// would get every second call, not every third, since each retry would take a turn too.
func (b *RoundRobin) Pick(info Info) (registry.Instance, func(DoneInfo), error) {
	left, all := b.live.left(info.Skip)
	switch {
	case len(left) == 0:
		return registry.Instance{}, nil, ErrNoInstances
	case len(left) < all:
		return *left[rand.IntN(len(left))], ignore, nil
	}
	turn := b.turns.Add(1) - 1
	return *left[turn%uint64(all)], ignore, nil
}
