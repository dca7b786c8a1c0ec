package balancer

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"

	"example.com/workshop/stage05-etcd/registry"
)

// node is an instance as it was last listed, with what one algorithm knows
// about it. A node never changes; its state does, and passes to the next node
// of the same ID.
type node[S any] struct {
	registry.Instance
	state *S
}

// nodes turns the lists given to Update into snapshots that Pick reads without
// a lock.
type nodes[S any] struct {
	mu     sync.Mutex    // one update at a time; guards states
	states map[string]*S // by ID, those of weight 0 included

	live atomic.Pointer[[]*node[S]] // those of weight 1 or more, sorted by ID
}

// update takes over a new list. The state of an ID that was listed before is kept:
// otherwise a balancer would start over whenever an instance comes or goes. A new
// state is given to prepare, if there is one, before any Pick can see it.
func (ns *nodes[S]) update(instances []registry.Instance, prepare func(*S)) {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	states := make(map[string]*S, len(instances))
	live := make([]*node[S], 0, len(instances))
	for _, in := range instances {
		if states[in.ID] != nil {
			continue
		}
		state := ns.states[in.ID]
		if state == nil {
			state = new(S)
			if prepare != nil {
				prepare(state)
			}
		}
		states[in.ID] = state
		if in.Weight > 0 {
			in.Weight = min(in.Weight, registry.MaxWeight)
			live = append(live, &node[S]{in, state})
		}
	}
	slices.SortFunc(live, func(a, b *node[S]) int { return cmp.Compare(a.ID, b.ID) })
	ns.states = states
	ns.live.Store(&live)
}

// list returns the snapshot. It must not be changed.
func (ns *nodes[S]) list() []*node[S] {
	if live := ns.live.Load(); live != nil {
		return *live
	}
	return nil
}

// without returns the nodes that skip leaves. It copies the list only if there is
// a skip, which is to say for a call that is being retried.
func without[S any](list []*node[S], skip func(id string) bool) []*node[S] {
	if skip == nil {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(n *node[S]) bool { return skip(n.ID) })
}
