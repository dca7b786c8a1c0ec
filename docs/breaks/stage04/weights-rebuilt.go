//go:build ignore

// Break: Each update gives every instance a new state, so the balancer begins its choice anew.
// Invariant: I5
// Seen: When the list is updated more often than a round is completed, the first instance gets
// every call: 30, 0, 0.
// From: smooth weighted round robin that is rebuilt at each update, as in several gRPC balancers
// on GitHub
// File: balancer/nodes.go
// Package tests: ./balancer

package balancer

func (ns *nodes[S]) update(instances []registry.Instance, prepare func(state *S, weight int)) {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	states := make(map[string]*S, len(instances))
	var live []*node[S]
	for _, in := range instances {
		if states[in.ID] != nil {
			continue
		}
		state := new(S)
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
