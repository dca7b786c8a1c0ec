package balancer

import (
	"math/rand/v2"
	"sync/atomic"

	"example.com/workshop/stage04-balancing/registry"
)

// RoundRobin picks one instance after the other, in the order of their IDs, as
// RFC 1794 (1995) does with the addresses of a DNS name: even in number, blind to
// how long each call takes. Weights above 0 are all the same to it. The zero
// RoundRobin is ready for Update.
type RoundRobin struct {
	live  live
	turns atomic.Uint64 // how many calls have taken a turn
}

// Update implements Balancer.
func (b *RoundRobin) Update(instances []registry.Instance) { b.live.update(instances) }

// Pick implements Balancer. The turns go round the instances by ID, one for each call.
// A call for which info.Skip turns an instance down goes to one of the others at random and
// takes no turn: if retries took turns, the turn of one of three that fails every call would
// come at every second call, not at every third.
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
