package client

import "example.com/workshop/stage04-balancing/registry"

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

// apply makes snap the list that calls go by. The node of an instance that stays at its address
// and network stays the same, with its connection and all that is known of it; one that was held
// must be ready, and is held no more. Each gets the instance as listed now. Another process at
// the address, or under the id, begins without a past (renew, or a new node), for the balancer
// as well (forget). The map of nodes is made anew, for views share it; replace puts it in place,
// and adds those that are held. When the view has been renewed, nodes that are neither listed nor
// held any more retire.
func (c *Client) apply(snap registry.Snapshot) {
	c.updating.Lock()
	defer c.updating.Unlock()
	old, nodes := c.nodes, make(map[string]*node, len(snap.Instances))
	anew := make(map[string]bool)
	for _, in := range snap.Instances {
		n := old[in.ID]
		switch {
		case n == nil || n.held && !n.isReady() || n.addr != in.Addr || n.network != in.Network:
			n = newNode(c, in)
			anew[in.ID] = true
		case registeredAnew(n.in, in):
			n.renew()
			anew[in.ID] = true
		}
		nodes[in.ID] = n
	}
	c.replace(snap, nodes)
	c.forget(anew)
	c.renewView()
	for id, n := range old {
		if c.nodes[id] != n {
			n.retire()
		}
	}
}
