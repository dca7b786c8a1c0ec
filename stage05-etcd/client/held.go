package client

import (
	"time"

	"example.com/workshop/stage05-etcd/registry"
)

// An instance that vanished from the list without a goodbye is held (registry.Hold): it
// is dead, or alive and cut off from the registry. Its connection tells which: as long as
// that lasts, the client keeps the instance and makes no new calls to it; when it breaks,
// the instance is gone until it is listed again, and is not dialled anew. When more are
// kept so than are listed and take calls, they take calls too: the list must be wrong.

// hold keeps the old nodes of those whom the latest snapshot holds, if they are
// connected and not listed, and strikes the others off the snapshot. The caller holds
// the lock.
func (c *Client) hold(old map[string]*node) {
	var held []registry.Instance
	for _, in := range c.latest.Held {
		if n := old[in.ID]; n != nil && c.nodes[in.ID] == nil && n.isReady() {
			n.held = true
			c.nodes[in.ID] = n
			held = append(held, in)
		}
	}
	c.latest.Held = held
}

// heldCandidates returns the held nodes that are connected, if there are more of them
// than of the listed that take calls, and none otherwise. For candidates alone.
func (c *Client) heldCandidates(listed int) (nodes []*node) {
	for _, in := range c.latest.Held {
		if n := c.nodes[in.ID]; n.isReady() {
			nodes = append(nodes, n)
		}
	}
	if len(nodes) <= listed {
		return nil
	}
	return nodes
}

// isHeld reports whether n is held.
func (n *node) isHeld() bool {
	n.client.mu.Lock()
	defer n.client.mu.Unlock()
	return n.held
}

// answered returns when the instance of this id last answered a call, for
// registry.HoldOptions.
func (c *Client) answered(id string) (last time.Time) {
	if n := c.view.Load().nodes[id]; n != nil {
		n.mu.Lock()
		defer n.mu.Unlock()
		last = n.counts.answered
	}
	return last
}

// isReady reports whether n is connected.
func (n *node) isReady() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.conn != nil
}

// isLost reports whether n was held and its connection is gone. Then it is not dialled any
// more, also if it is listed again. The caller holds c.updating.
func (n *node) isLost() bool { return n.held && !n.isReady() }
