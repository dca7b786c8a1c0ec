//go:build ignore

// Break: A call that failed counts as finished like any other.
// Invariant: I3
// Seen: A server whose database is away answers every call with an error within a millisecond. It
// is always the idlest, so it gets nearly all calls.
// From: least connections as textbooks have it
// File: balancer/least_connections.go
// Package tests: ./balancer

package balancer

func (b *LeastConnections) finish(c *connections, info DoneInfo) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c.inFlight = max(0, c.inFlight-1)
}
