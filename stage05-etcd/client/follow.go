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

// apply makes snap the list that calls go by. It holds c.updating meanwhile, and makes the map of
// nodes anew, for views share the old one. An instance that stays at its address and network keeps
// its node, with the connection and all that is known of it, unless that is lost. Any other instance
// gets a new node. replace puts the map in place, with what else there is to keep or to forget. When
// the view has been renewed, old nodes that are not in c.nodes any more retire.
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
