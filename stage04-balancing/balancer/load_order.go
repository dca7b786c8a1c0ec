package balancer

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// connections is what LeastConnections knows about an instance.
type connections struct {
	inFlight int
	place    int // index in loadOrder.nodes; -1 if not there any more
	done     func(DoneInfo)
}

// loadOrder keeps nodes sorted by their calls in flight. A call begins or ends
// one step at a time, so a node only ever moves across one border between equal
// counts, and every operation costs the same for 3 nodes and for 3,000.
type loadOrder struct {
	nodes []*node[connections]
	ends  []int // nodes[:ends[k]] have at most k calls in flight
}

// reset takes over a new list; nodes that are no longer in it lose their place.
func (o *loadOrder) reset(list []*node[connections]) {
	for _, n := range o.nodes {
		n.state.place = -1
	}
	o.nodes = slices.Clone(list)
	slices.SortFunc(o.nodes, func(a, b *node[connections]) int {
		return cmp.Compare(a.state.inFlight, b.state.inFlight)
	})
	o.ends = o.ends[:0]
	for i, n := range o.nodes {
		n.state.place = i
		for len(o.ends) < n.state.inFlight {
			o.ends = append(o.ends, i)
		}
	}
	o.ends = append(o.ends, len(o.nodes))
}

// least returns any of the nodes with the fewest calls in flight, nil if there
// are no nodes.
func (o *loadOrder) least() *node[connections] {
	if len(o.nodes) == 0 {
		return nil
	}
	fewest := o.nodes[0].state.inFlight
	return o.nodes[rand.IntN(o.ends[fewest])]
}

// raise counts a call that begins: c goes to the back of its equals, and the
// border to the next count moves over it.
func (o *loadOrder) raise(c *connections) {
	count := c.inFlight
	c.inFlight++
	if c.place < 0 {
		return
	}
	o.ends[count]--
	o.swap(c.place, o.ends[count])
	if c.inFlight == len(o.ends) {
		o.ends = append(o.ends, len(o.nodes))
	}
}

// lower counts a call that ends: c goes to the front of its equals, and the
// border to the count below moves over it.
func (o *loadOrder) lower(c *connections) {
	if c.inFlight == 0 {
		return // a done too many
	}
	c.inFlight--
	if c.place < 0 {
		return
	}
	o.swap(c.place, o.ends[c.inFlight])
	o.ends[c.inFlight]++
}

func (o *loadOrder) swap(i, j int) {
	o.nodes[i], o.nodes[j] = o.nodes[j], o.nodes[i]
	o.nodes[i].state.place = i
	o.nodes[j].state.place = j
}
