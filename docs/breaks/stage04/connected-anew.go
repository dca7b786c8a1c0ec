//go:build ignore

// Break: Each new list makes all connections anew, also those to instances that have stayed.
// Invariant: I5
// Seen: One of a hundred servers is restarted, and all of a thousand clients connect to all
// hundred again.
// From: go-zero's subset, which is shuffled at each update; clients that close and dial on every
// notification
// File: client/follow.go
// Package tests: ./client

package client

func (c *Client) apply(snap registry.Snapshot) {
	c.updating.Lock()
	defer c.updating.Unlock()
	old, nodes := c.nodes, make(map[string]*node, len(snap.Instances))
	for _, in := range snap.Instances {
		nodes[in.ID] = newNode(c, in)
	}
	c.replace(snap, nodes)
	c.renewView()
	for id, n := range old {
		if c.nodes[id] != n {
			n.retire()
		}
	}
}
