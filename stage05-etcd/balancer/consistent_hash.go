package balancer

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"example.com/workshop/stage05-etcd/registry"
)

// ConsistentHash sends equal keys to the same instance, in every process that has the
// same list. So each instance can keep what belongs to its keys. When one of n instances
// comes or goes, about one key in n moves, and only to or from that instance.
//
// It is the ring of Karger and others, "Consistent Hashing and Random Trees" (1997), with
// points by weight as in libketama. Maglev's table is more even, but moves keys between
// instances that stay. Rendezvous hashing needs no table, but looks at all instances for
// each pick. The ring also determines where a key goes next if Info.Skip turns its
// instance down. The zero ConsistentHash is ready for Update.
type ConsistentHash struct {
	mu   sync.Mutex // one Update at a time
	live live
	ring atomic.Pointer[ring]
}

// Update implements Balancer. BenchmarkUpdate measures what a new ring costs.
func (b *ConsistentHash) Update(instances []registry.Instance) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.live.update(instances)
	list, _ := b.live.left(nil)
	old := b.ring.Load()
	if old == nil {
		old = new(ring)
	}
	b.ring.Store(old.update(list))
}

// Pick implements Balancer. A call without a key goes to a random instance.
func (b *ConsistentHash) Pick(info Info) (registry.Instance, func(DoneInfo), error) {
	var in *registry.Instance
	if r := b.ring.Load(); r != nil && info.Key != "" {
		in = r.find(hash(info.Key), info.Skip)
	} else if left, _ := b.live.left(info.Skip); len(left) > 0 {
		in = left[rand.IntN(len(left))]
	}
	if in == nil {
		return registry.Instance{}, nil, ErrNoInstances
	}
	return *in, ignore, nil
}
