package client

import "slices"

// view holds the nodes that calls may use. It never changes: when the list or the state
// of a node does, another view replaces it.
type view struct {
	nodes    map[string]*node // listed or held, by id
	takers   []*node          // the nodes that the balancer may pick
	err      error            // without takers: why waiting for another view is no use
	replaced chan struct{}    // closed when there is a newer view
}

// renewView makes a view from the list and the state of each node, and updates the
// balancer. Candidates take calls unless they are ejected, or all do if too many are. The
// balancer gets the other instances with weight 0. The caller holds c.updating.
func (c *Client) renewView() {
	v := &view{nodes: c.nodes, replaced: make(chan struct{})}
	var broken error
	v.takers, broken = c.candidates()
	v.takers = withoutEjected(v.takers)
	if len(v.takers) == 0 && broken == nil {
		v.err = c.nobody()
	}
	takes := make(map[*node]bool, len(v.takers))
	for _, n := range v.takers {
		takes[n] = true
	}
	c.told = slices.Concat(c.latest.Instances, c.latest.Held)
	for i, in := range c.told {
		if !takes[c.nodes[in.ID]] {
			c.told[i].Weight = 0
		}
	}
	c.opts.Balancer.Update(c.told)
	close(c.view.Swap(v).replaced)
}

// candidates returns the nodes that take calls unless they are ejected: those that are
// listed with a weight above 0 and not in transient failure, and heldCandidates. If a
// node of such a weight is in transient failure, broken is the reason. The caller holds
// the lock or c.updating.
func (c *Client) candidates() (nodes []*node, broken error) {
	for _, in := range c.latest.Instances {
		n := c.nodes[in.ID]
		if in.Weight == 0 {
			continue
		}
		if err := n.transientFailure(); err != nil {
			broken = err
			continue
		}
		nodes = append(nodes, n)
	}
	return append(nodes, c.heldCandidates(len(nodes))...), broken
}

// transientFailure returns why n is in transient failure, or nil if it is not.
func (n *node) transientFailure() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.err
}
