package client

import (
	"reflect"
	"slices"

	"example.com/workshop/stage05-etcd/registry"
)

// follow takes over each list as it comes, until Close.
func (c *Client) follow(w registry.Watcher) {
	defer w.Close()
	have := false
	for {
		snap, err := w.Next(c.life)
		if err != nil {
			c.mu.Lock()
			c.failure, c.latest.Stale = err, true
			c.mu.Unlock()
		} else {
			c.apply(snap)
		}
		if !have {
			close(c.first)
			have = true
		}
		if err != nil {
			return
		}
	}
}

// apply makes snap the list that calls go by. What is known of an instance
// that stays, its connection above all, stays with it.
func (c *Client) apply(snap registry.Snapshot) {
	c.mu.Lock()
	old := *c.nodes.Load()
	nodes := make(map[string]*node, len(snap.Instances))
	var anew []*node
	for _, in := range snap.Instances {
		n := old[in.ID]
		switch {
		case n == nil || n.addr != in.Addr || n.network != in.Network:
			n = &node{client: c, id: in.ID, network: in.Network, addr: in.Addr, in: in}
		case !reflect.DeepEqual(n.in, in): // it has registered anew
			n.in, n.ejected, n.ejections = in, false, 0
			n.consecutive.Store(0)
			anew = append(anew, n)
		}
		nodes[in.ID] = n
	}
	c.nodes.Store(&nodes)
	c.latest = snap
	c.rebalance(anew...)
	if len(anew) > 0 {
		c.rebalance()
	}
	c.mu.Unlock()
	for id, n := range old {
		if nodes[id] != n {
			n.retire()
		}
	}
}

// rebalance tells the balancer who may be picked. Those who registered anew are
// held back once, so that the balancer forgets what it held against them. The
// caller holds the lock.
func (c *Client) rebalance(anew ...*node) {
	nodes := *c.nodes.Load()
	taking, ejected := 0, 0
	for _, n := range nodes {
		if n.in.Weight > 0 {
			taking++
			if n.ejected {
				ejected++
			}
		}
	}
	panicking := ejected*100 > taking*maxEjected
	list, eligible := make([]registry.Instance, 0, len(nodes)), make([]string, 0, len(nodes))
	for _, in := range c.latest.Instances {
		if n := nodes[in.ID]; n.ejected && !panicking || slices.Contains(anew, n) {
			in.Weight = 0
		}
		list = append(list, in)
		if in.Weight > 0 {
			eligible = append(eligible, in.ID)
		}
	}
	c.eligible.Store(&eligible)
	c.opts.Balancer.Update(list)
}
