package balancer

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"

	"example.com/workshop/stage05-etcd/registry"
)

// node is an instance as it was last listed, with what one algorithm knows about it. A
// node never changes. Its state does, and the next node of the same ID takes it over.
type node[S any] struct {
	registry.Instance
	state *S
}

// nodes turns the lists given to Update into snapshots that Pick reads without a lock.
type nodes[S any] struct {
	live   atomic.Pointer[[]*node[S]] // the nodes of weight 1 or more, sorted by ID
	mu     sync.Mutex                 // guards states
	states map[string]*S              // by the ID of every listed instance, weight 0 included
}

// update takes over a new list by the rules of Balancer.Update. An ID that was listed
// before keeps its state; otherwise the balancer would start over at each update. If
// prepare is not nil, it is called with each state and weight before Pick sees them.
func (ns *nodes[S]) update(instances []registry.Instance, prepare func(state *S, weight int)) {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	states := make(map[string]*S, len(instances))
	var live []*node[S]
	for _, in := range instances {
		if states[in.ID] != nil {
			continue
		}
		state := cmp.Or(ns.states[in.ID], new(S))
		states[in.ID] = state
		in.Weight = max(0, min(in.Weight, registry.MaxWeight))
		if prepare != nil {
			prepare(state, in.Weight)
		}
		if in.Weight > 0 {
			live = append(live, &node[S]{in, state})
		}
	}
	slices.SortFunc(live, func(a, b *node[S]) int { return cmp.Compare(a.ID, b.ID) })
	ns.states = states
	ns.live.Store(&live)
}

// list returns the live nodes that skip does not turn down, sorted by ID, and the number
// of all live nodes. A nil skip turns none down. The nodes must not be changed.
func (ns *nodes[S]) list(skip func(id string) bool) (left []*node[S], all int) {
	if live := ns.live.Load(); live != nil {
		left = *live
	}
	all = len(left)
	if skip != nil {
		left = slices.DeleteFunc(slices.Clone(left), func(n *node[S]) bool { return skip(n.ID) })
	}
	return left, all
}
