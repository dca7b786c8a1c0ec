package balancer

import (
	"math/rand/v2"
	"sync"
	"time"

	"example.com/workshop/stage04-balancing/registry"
)

// failurePenalty is how long a failed call goes on counting as in flight. Without it, an
// instance that fails at once would have the fewest calls in flight and get every call.
const failurePenalty = time.Second

// LeastConnections picks the instance with the fewest calls in flight; among several it
// picks one at random. It is the "lc" scheduler of the Linux Virtual Server with a random
// tie-break: clients that all take the first minimum meet on one server.
//
// It knows the calls of its own process only. A failed call counts for a second longer.
// So an instance that fails at once gets a few calls per second instead of nearly all of
// them, until the client ejects it. A method's error counts for as long as calls usually
// take. So an instance that returns it at once gets its share and no more.
// LeastConnections treats all weights above 0 alike. The zero LeastConnections is ready
// for Update.
type LeastConnections struct {
	nodes nodes[connections]
	mu    sync.Mutex // guards every inFlight and the field below
	usual usual
}

// connections is what LeastConnections knows about an instance.
type connections struct {
	inFlight int
	done     func(DoneInfo) // made once, to save an allocation per pick
}

// Update implements Balancer.
func (b *LeastConnections) Update(instances []registry.Instance) {
	b.nodes.update(instances, func(c *connections, _ int) {
		if c.done == nil {
			c.done = func(info DoneInfo) { b.finish(c, info) }
		}
	})
}

// Pick implements Balancer.
func (b *LeastConnections) Pick(info Info) (registry.Instance, func(DoneInfo), error) {
	left, _ := b.nodes.list(info.Skip)
	if len(left) == 0 {
		return registry.Instance{}, nil, ErrNoInstances
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	n := leastBusy(left)
	n.state.inFlight++
	return n.Instance, n.state.done, nil
}

// leastBusy returns the node of list with the fewest calls in flight. list is not empty.
// It looks at all nodes, from a random one on and around the end. Of several with the
// fewest calls it returns the one that it meets first. The caller holds the lock.
func leastBusy(list []*node[connections]) *node[connections] {
	start := rand.IntN(len(list))
	best := list[start]
	for _, part := range [][]*node[connections]{list[start:], list[:start]} {
		for _, n := range part {
			if n.state.inFlight < best.state.inFlight {
				best = n
			}
		}
	}
	return best
}

// finish counts a call as ended: failurePenalty later if it failed, when it would usually
// have ended if its method returned an error, and otherwise at once.
func (b *LeastConnections) finish(c *connections, info DoneInfo) {
	b.mu.Lock()
	defer b.mu.Unlock()
	wait := b.usual.early(info)
	if info.Err != nil {
		wait = failurePenalty
	}
	if wait > 0 {
		time.AfterFunc(wait, func() { b.finish(c, DoneInfo{}) })
		return
	}
	c.inFlight = max(0, c.inFlight-1) // one done too many would make it negative
}
