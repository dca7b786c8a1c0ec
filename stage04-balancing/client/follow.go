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

// apply makes snap the list that calls go by. It holds c.updating meanwhile, and makes the map of
// nodes anew, for views share the old one:
//
//   - An instance that stays at its address and network keeps its node, with the connection and all
//     that is known of it; but not a node that was held and is not ready.
//   - Any other instance gets a new node.
//   - Where another process has come to the address (registeredAnew), the node loses its past, unless renew returns false.
//
// replace puts the map in place, and adds the nodes that are held. forget tells the balancer of the
// ids whose node is new or has lost its past. When the view has been renewed, nodes that are
// neither listed nor held any more retire.
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
		case registeredAnew(n.in, in) && n.renew():
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
