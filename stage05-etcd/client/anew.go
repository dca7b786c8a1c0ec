package client

import (
	"maps"
	"slices"
	"time"

	"example.com/workshop/stage05-etcd/registry"
)

// registeredAnew reports whether another process runs now at the address of a listed
// instance: its version or its metadata have changed. A change of the weight alone means
// the same process.
func registeredAnew(was, is registry.Instance) bool {
	return was.Version != is.Version || !maps.Equal(was.Metadata, is.Metadata)
}

// renewed returns the ids of two kinds of instances: those whose node is new, and those
// that were registered anew and whose node it has reset (renew). nodes will replace
// c.nodes. The caller holds c.updating.
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

// anewEvery is the shortest time between two resets of one node. Without it, a server
// that changes its metadata all the time would never be ejected.
const anewEvery = 5 * time.Second

// renew resets n's health, because another process runs at its address now, and returns
// true. If n is in transient failure, it is dialled at once. If the last reset was less
// than anewEvery ago, renew does nothing and returns false.
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

// forget makes the balancer discard what it knows of the instances with these ids: one
// Update leaves them out. They stay hidden until the next Update. The caller holds
// c.updating.
func (c *Client) forget(ids map[string]bool) {
	others := slices.DeleteFunc(slices.Clone(c.told), func(in registry.Instance) bool { return ids[in.ID] })
	if len(others) < len(c.told) {
		c.opts.Balancer.Update(others)
	}
}
