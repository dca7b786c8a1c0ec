package balancer

import (
	"math/rand/v2"
	"sync"
	"time"

	"example.com/workshop/stage05-etcd/registry"
)

// failurePenalty is how long a failed call goes on counting as in flight. Without
// it an instance that fails at once is the idlest of all and attracts every call.
const failurePenalty = time.Second

// LeastConnections picks the instance with the fewest calls in flight; chance decides
// among several. It is the "lc" scheduler of the Linux Virtual Server with the
// tie-break made random: clients that all take the first minimum meet on one server.
//
// It knows the calls of its own process only. A failed call counts for a second
// longer, so that an instance that fails at once gets a few calls per second
// instead of nearly all of them; to give it none is the client's part, which ejects
// it. Weights above 0 are all the same to it. The zero LeastConnections is ready for
// Update.
type LeastConnections struct {
	nodes nodes[connections]
	mu    sync.Mutex // guards every inFlight
}

// connections is what LeastConnections knows about an instance.
type connections struct {
	inFlight int
	done     func(DoneInfo) // made once, for one per pick would be an allocation
}

// Update implements Balancer.
func (b *LeastConnections) Update(instances []registry.Instance) {
	b.nodes.update(instances, func(c *connections, _ int) {
		if c.done == nil {
			c.done = func(info DoneInfo) { b.finish(c, info.Err) }
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

// leastBusy returns the node of list, which is not empty, with the fewest calls
// in flight. It looks at all of them, from a random place on and around the end;
// of several with the fewest it returns the one that it meets first. The caller
// has the lock.
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

// finish counts a call that has ended: at once if it succeeded, failurePenalty
// later if it failed. A done too many does not take the count below zero.
func (b *LeastConnections) finish(c *connections, err error) {
	if err != nil {
		time.AfterFunc(failurePenalty, func() { b.finish(c, nil) })
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	c.inFlight = max(0, c.inFlight-1)
}
