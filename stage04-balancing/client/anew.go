package client

import (
	"maps"
	"slices"
	"time"

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
		case registeredAnew(n.in, in) && n.renew():
			ids[in.ID] = true
		}
	}
	return ids
}

// anewEvery is the shortest time in which one instance can be forgiven twice. A server
// that changes its metadata all the time would otherwise never be ejected.
const anewEvery = 5 * time.Second

// renew forgets how n has done, because another process runs at its address now, and
// returns true. In transient failure n is dialled at once. If that has happened within
// anewEvery, renew does nothing and returns false.
func (n *node) renew() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := time.Now()
	if now.Sub(n.health.renewed) < anewEvery {
		return false
	}
	n.health = health{renewed: now}
	if n.state == TransientFailure {
		select {
		case n.redial <- struct{}{}:
		default:
		}
	}
	return true
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
