package balancer

import (
	"math/rand/v2"
	"sync"
	"time"

	"example.com/workshop/stage05-etcd/registry"
)

// failureHold is how long a failed call goes on counting as in flight. Without
// it an instance that fails at once is the idlest of all and attracts every call.
const failureHold = time.Second

// LeastConnections picks the instance with the fewest calls in flight, and among
// several such any of them with the same chance. It is the "lc" scheduler of the
// Linux Virtual Server with the tie-break made random: clients that all take the
// first minimum meet on the same server.
//
// It knows the calls of its own process only. A failed call counts for a second
// longer, so that an instance that fails at once gets a few calls per second
// instead of nearly all of them; to give it none is the client's part, which
// ejects it. Weights other than 0 are not used. The zero LeastConnections is
// ready for Update.
type LeastConnections struct {
	nodes nodes[connections]

	mu    sync.Mutex // guards order and every connections
	order loadOrder
}

// Update implements Balancer.
func (b *LeastConnections) Update(instances []registry.Instance) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.nodes.update(instances, func(c *connections) {
		c.done = func(info DoneInfo) { b.finish(c, info) }
	})
	b.order.reset(b.nodes.list())
}

// Pick implements Balancer.
func (b *LeastConnections) Pick(info Info) (registry.Instance, func(DoneInfo), error) {
	left := without(b.nodes.list(), info.Skip)
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.order.least()
	if info.Skip != nil {
		n = leastOf(left)
	}
	if n == nil {
		return registry.Instance{}, nil, ErrNoInstances
	}
	b.order.raise(n.state)
	return n.Instance, n.state.done, nil
}

func (b *LeastConnections) finish(c *connections, info DoneInfo) {
	if info.Err != nil {
		time.AfterFunc(failureHold, func() { b.finish(c, DoneInfo{}) })
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.order.lower(c)
}

// leastOf is the plain way to find what loadOrder.least finds: look at all.
func leastOf(list []*node[connections]) *node[connections] {
	var best *node[connections]
	ties := 0
	for _, n := range list {
		switch {
		case best == nil || n.state.inFlight < best.state.inFlight:
			best, ties = n, 1
		case n.state.inFlight == best.state.inFlight:
			// The k-th of several equals takes the place with a chance of 1 in k,
			// which leaves each of them the same chance in the end.
			if ties++; rand.IntN(ties) == 0 {
				best = n
			}
		}
	}
	return best
}
