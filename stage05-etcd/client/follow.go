package client

import (
	"maps"
	"slices"

	"example.com/workshop/stage05-etcd/registry"
)

// follow takes over each list as it comes, until Close or until the watch fails
// for good. Then the last list serves on; without one, the failure is the error
// of every call.
func (c *Client) follow(w registry.Watcher) {
	defer w.Close()
	for {
		snap, err := w.Next(c.life)
		if err != nil {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.failure, c.latest.Stale = err, true
			c.renewView()
			return
		}
		c.apply(snap)
	}
}

// apply makes snap the list that calls go by. What is known of an instance that
// stays, its connection above all, stays with it. One that has registered anew
// begins anew, for the balancer as well. Who is no longer there is hung up on after
// the last call.
func (c *Client) apply(snap registry.Snapshot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.nodes
	c.latest, c.nodes = snap, make(map[string]*node, len(snap.Instances))
	anew := make(map[string]bool)
	for _, in := range snap.Instances {
		n := old[in.ID]
		switch {
		case n == nil || n.isRetired() || n.addr != in.Addr || n.network != in.Network:
			n = newNode(c, in)
			anew[in.ID] = true
		case n.in.Version != in.Version || !maps.Equal(n.in.Metadata, in.Metadata):
			n.renew()
			anew[in.ID] = true
		}
		n.in, n.held = in, false
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

// forget makes the balancer forget what it holds against the instances of these
// ids, by leaving them out of one Update. Until the next, it hides them. The caller
// holds the lock.
func (c *Client) forget(ids map[string]bool) {
	others := slices.DeleteFunc(slices.Clone(c.told), func(in registry.Instance) bool { return ids[in.ID] })
	if len(others) < len(c.told) {
		c.opts.Balancer.Update(others)
	}
}
