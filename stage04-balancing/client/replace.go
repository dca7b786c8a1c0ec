package client

import "example.com/workshop/stage04-balancing/registry"

// With 50,000 instances a new view takes a second (go test -run - -bench AllChange
// ./client). The goroutine that makes it holds Client.updating. It holds the lock only
// while it replaces what others look at.

// replace replaces the list and its nodes, and keeps the old nodes that are held. The
// balancer forgets the past of the renewed instances. The caller holds c.updating.
func (c *Client) replace(snap registry.Snapshot, nodes map[string]*node) {
	old, anew := c.nodes, c.renewed(snap, nodes)
	c.mu.Lock()
	c.latest, c.nodes = snap, nodes
	for _, in := range snap.Instances {
		nodes[in.ID].in, nodes[in.ID].held = in, false
	}
	c.hold(old)
	c.mu.Unlock()
	c.forget(anew)
}

// fail records err, the reason why no other list will come, logs it, and makes a new view.
func (c *Client) fail(err error) {
	c.opts.Logger.Warn("the watch has ended", "service", c.service, "err", err)
	c.updating.Lock()
	defer c.updating.Unlock()
	c.mu.Lock()
	c.failure, c.latest.Stale = err, true
	c.mu.Unlock()
	c.renewView()
}

// find returns the node with this id, or nil. It looks beyond the view, because during an
// update the balancer picks from a list that is about to become the view.
func (c *Client) find(id string) *node {
	if n := c.view.Load().nodes[id]; n != nil {
		return n
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nodes[id]
}
