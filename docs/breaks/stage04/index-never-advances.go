//go:build ignore

// Break: The index of the next instance is read and never advanced, and nobody asks whether there
// is any instance.
// Invariant: I3
// Seen: One server does all the work. When the list is empty the client panics: integer divide by
// zero.
// From: nodes[index % len(nodes)] in the tutorials
// File: balancer/round_robin.go
// Package tests: ./balancer

package balancer

func (b *RoundRobin) Pick(info Info) (registry.Instance, func(DoneInfo), error) {
	left, _ := b.live.left(info.Skip)
	return *left[b.turns.Load()%uint64(len(left))], ignore, nil
}
