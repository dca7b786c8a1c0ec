package client

import "example.com/workshop/stage05-etcd/registry"

// follow takes over each list as it comes, until Close or until the watch fails
// for good. Then the last list serves on; without one, the failure is the error
// of every call.
func (c *Client) follow(w registry.Watcher) {
	defer w.Close()
	for {
		snap, err := w.Next(c.life)
		if c.life.Err() != nil {
			return
		}
		if err != nil {
			c.fail(err)
			return
		}
		c.apply(snap)
	}
}

// apply makes snap the list that calls go by, and holds c.updating meanwhile. It makes a
// new map of nodes by id, for views share the old one: an instance that stays at its
// address and network keeps its node, with the connection, unless that isLost; any other
// one gets a newNode. Then replace puts the map in place, renewView makes a view of it, and
// last, the old nodes that c.nodes does not have any more retire.
func (c *Client) apply(snap registry.Snapshot) {
	c.updating.Lock()
	defer c.updating.Unlock()
	old, nodes := c.nodes, make(map[string]*node, len(snap.Instances))
	for _, in := range snap.Instances {
		n := old[in.ID]
		if n == nil || n.addr != in.Addr || n.network != in.Network || n.isLost() {
			n = newNode(c, in)
		}
		nodes[in.ID] = n
	}
	c.replace(snap, nodes)
	c.renewView()
	for id, n := range old {
		if c.nodes[id] != n {
			n.retire()
		}
	}
}
