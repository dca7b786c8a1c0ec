package client

import (
	"time"

	"example.com/workshop/stage04-balancing/registry"
)

// An instance that vanished from the list without a goodbye is held (registry.Hold). It is
// dead, or alive and cut off from the registry. Its connection tells which. While the
// connection lasts, the client keeps the instance and makes no new calls to it. When it
// breaks, the instance is gone and not dialled until it is listed again. If more are kept
// so than are listed and take calls, the list must be wrong, and they take calls too. An
// instance whose address is listed under another id is not held: it has registered anew.

// hold keeps the old nodes of the instances that the latest snapshot holds, if they are
// connected, and neither they nor their addresses are listed. It removes the others from
// c.latest.Held. The caller holds the lock.
func (c *Client) hold(old map[string]*node) {
	if len(c.latest.Held) == 0 {
		return
	}
	addrs := make(map[string]bool)
	for _, in := range c.latest.Instances {
		addrs[in.Addr] = true
	}
	var held []registry.Instance
	for _, in := range c.latest.Held {
		if n := old[in.ID]; n != nil && c.nodes[in.ID] == nil && !addrs[in.Addr] && n.isReady() {
			n.held = true
			c.nodes[in.ID] = n
			held = append(held, in)
		}
	}
	c.latest.Held = held
}

// heldCandidates returns the nodes of c.latest.Held that are connected, if there are more
// of them than listed, the number of listed nodes that take calls. Otherwise it returns
// none. Only candidates calls it.
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

// answered returns when the instance with this id last answered a call, for
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

// isLost reports whether n was held and its connection is gone. Such a node is not
// dialled any more: if its instance is listed again, that gets a new node. The caller
// holds c.updating.
func (n *node) isLost() bool { return n.held && !n.isReady() }
