package client

import "example.com/workshop/stage04-balancing/registry"

// follow applies each list that the watcher returns, until Close or until the watch fails
// for good. After a failure the last list stays in use; if there was none, every call
// returns the failure.
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
// new map of nodes by id, since views share the old one. An instance whose address and
// network have not changed keeps its node, and so its connection, unless the node isLost;
// any other instance gets a newNode. Then replace puts the map in place and adds the
// old nodes that are held, renewView makes a view of it, and last, apply retires the old
// nodes that c.nodes no longer has.
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
