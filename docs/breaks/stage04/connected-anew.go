//go:build ignore

// Break: Each list makes the connections anew, to instances that have stayed as well.
// Invariant: I5
// Seen: One of a hundred servers is restarted, and all of a thousand clients connect to all
// hundred again.
// From: go-zero's subset, which is shuffled at each update; clients that close and dial on every
// notification
// File: client/follow.go
// Package tests: ./client

package client

func (c *Client) apply(snap registry.Snapshot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.nodes
	c.latest, c.nodes = snap, make(map[string]*node, len(snap.Instances))
	anew := make(map[string]bool)
	for _, in := range snap.Instances {
		n := newNode(c, in)
		anew[in.ID] = true
		n.in = in
		c.nodes[in.ID] = n
	}
	c.hold(old)
	c.forget(anew)
	c.renewView()
	for id, n := range old {
		if c.nodes[id] != n {
			n.retire()
		}
	}
}
