//go:build ignore

// Break: Of several instances that have the fewest calls in flight, the first is taken.
// Invariant: I3
// Seen: After an update all clients send their next calls to the same server. Two hundred clients
// with two calls each put 200 calls on one of ten servers.
// From: the tutorials' least connections: a loop with a less-than
// File: balancer/least_connections.go
// Package tests: ./balancer

package balancer

func leastBusy(list []*node[connections]) *node[connections] {
	best := list[0]
	for _, n := range list {
		if n.state.inFlight < best.state.inFlight {
			best = n
		}
	}
	return best
}
