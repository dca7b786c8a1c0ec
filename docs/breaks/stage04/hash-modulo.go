//go:build ignore

// Break: A key goes to the instance whose number is its hash modulo the number of instances.
// Invariant: I5
// Seen: One of ten servers is added, and nine of ten keys move: every cache is cold at the same
// moment.
// From: hash(key) % len(nodes), everywhere
// File: balancer/ring.go
// Package tests: ./balancer

package balancer

func (r *ring) find(h uint64, skip func(id string) bool) *registry.Instance {
	for i := range r.nodes {
		n := r.nodes[(h+uint64(i))%uint64(len(r.nodes))]
		if n != nil && (skip == nil || !skip(n.ID)) {
			return n
		}
	}
	return nil
}
