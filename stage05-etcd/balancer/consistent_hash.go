package balancer

import (
	"sync"
	"sync/atomic"

	"example.com/workshop/stage05-etcd/registry"
)

// ConsistentHash sends equal keys to the same instance, in every process that
// has the same list: so each instance can keep what belongs to its keys. When an
// instance comes or goes, about one key in n moves, and only to or from it.
//
// It is the ring of Karger and others, "Consistent Hashing and Random Trees"
// (1997), with points by weight as in libketama. Maglev's table is more even and
// rendezvous hashing needs no table at all, but Maglev also moves keys between
// instances that stay, and rendezvous looks at all instances for each pick. The
// ring also says where a key goes next when Info.Skip turns its instance down.
//
// A call without a key goes to any instance. The zero ConsistentHash is ready for
// Update.
type ConsistentHash struct {
	mu    sync.Mutex // one Update at a time
	nodes nodes[struct{}]
	ring  atomic.Pointer[ring]
}

// Update implements Balancer. It makes a new ring; BenchmarkUpdate tells what
// that costs.
func (b *ConsistentHash) Update(instances []registry.Instance) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.nodes.update(instances, nil)
	b.ring.Store(newRing(b.nodes.list()))
}

// Pick implements Balancer.
func (b *ConsistentHash) Pick(info Info) (registry.Instance, func(DoneInfo), error) {
	var n *node[struct{}]
	if info.Key == "" {
		n = anyOf(without(b.nodes.list(), info.Skip))
	} else if r := b.ring.Load(); r != nil {
		n = r.find(hash(info.Key), info.Skip)
	}
	if n == nil {
		return registry.Instance{}, nil, ErrNoInstances
	}
	return n.Instance, ignore, nil
}
