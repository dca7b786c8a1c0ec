package client

import (
	"maps"
	"slices"

	"example.com/workshop/stage04-balancing/registry"
)

// registeredAnew reports whether an instance that was listed, and still is at the
// same address, is another process now: its version or its metadata differ. Another
// weight alone is the same process.
func registeredAnew(was, is registry.Instance) bool {
	return was.Version != is.Version || !maps.Equal(was.Metadata, is.Metadata)
}

// renewed returns the ids of the instances whose node is new, or loses its past now (renew)
// because another process has come to its address. The caller holds c.updating, and nodes are
// to take the place of c.nodes.
func (c *Client) renewed(snap registry.Snapshot, nodes map[string]*node) map[string]bool {
	ids := make(map[string]bool)
	for _, in := range snap.Instances {
		switch n := nodes[in.ID]; {
		case n != c.nodes[in.ID]:
			ids[in.ID] = true
		case registeredAnew(n.in, in):
			n.renew()
			ids[in.ID] = true
		}
	}
	return ids
}

// renew forgets how n has done, because another process runs at its address now. In
// transient failure n is dialled at once.
func (n *node) renew() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.health = health{}
	if n.state == TransientFailure {
		select {
		case n.redial <- struct{}{}:
		default:
		}
	}
}

// forget makes the balancer forget what it holds against the instances of these
// ids, by leaving them out of one Update. Until the next, it hides them. The caller
// holds c.updating.
func (c *Client) forget(ids map[string]bool) {
	others := slices.DeleteFunc(slices.Clone(c.told), func(in registry.Instance) bool { return ids[in.ID] })
	if len(others) < len(c.told) {
		c.opts.Balancer.Update(others)
	}
}
