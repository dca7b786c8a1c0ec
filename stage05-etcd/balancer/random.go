package balancer

import (
	"math/rand/v2"

	"example.com/workshop/stage05-etcd/registry"
)

// Random picks every instance with the same probability. By chance alone the busiest of n
// servers gets well more than its share (Raab and Steger, "Balls into Bins: A Simple and
// Tight Analysis", 1998). It treats all weights above 0 alike. The zero Random is ready
// for Update.
type Random struct{ live live }

// Update implements Balancer.
func (b *Random) Update(instances []registry.Instance) { b.live.update(instances) }

// Pick implements Balancer.
func (b *Random) Pick(info Info) (registry.Instance, func(DoneInfo), error) {
	left, _ := b.live.left(info.Skip)
	if len(left) == 0 {
		return registry.Instance{}, nil, ErrNoInstances
	}
	return *left[rand.IntN(len(left))], ignore, nil
}
