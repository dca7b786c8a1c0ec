package balancer

import (
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"example.com/workshop/stage04-balancing/registry"
)

// PowerOfTwo draws two instances and picks the one where the call costs less:
// calls in flight, this one included, times the latency to expect, divided by
// the weight. A second choice is nearly as good as looking at all (Mitzenmacher,
// "The Power of Two Choices in Randomized Load Balancing", 1996), and clients
// with the same view still do not all run to the same server. The cost is that
// of Finagle's P2C balancer with peak EWMA; see peakEWMA for what is different.
//
//   - A frozen instance keeps its calls in flight, and each of them raises the
//     cost of the next: it gets one or two and then no more.
//   - A slow instance gets one call now and then, to see whether it still is slow.
//   - An instance that fails is avoided like one that takes ten seconds.
//   - An instance that is new, or back from weight 0, is compared by its calls in
//     flight alone until it has answered: it gets its share at once, and no flood.
//
// Calls need a deadline, for one that never ends keeps its instance from being
// tried again. The zero PowerOfTwo is ready for Update.
type PowerOfTwo struct {
	mu      sync.Mutex // one Update at a time; guards updates
	updates uint64

	nodes nodes[peakEWMA]
	clock coarseClock
}

// Update implements Balancer.
func (b *PowerOfTwo) Update(instances []registry.Instance) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.clock.start.IsZero() {
		b.clock.start = time.Now()
	}
	b.nodes.update(instances, func(e *peakEWMA) {
		e.done = func(info DoneInfo) { e.finish(info, b.clock.tick()) }
	})
	b.updates++
	for _, n := range b.nodes.list() {
		// Whoever sets a weight above 0 again knows more than an old estimate does.
		if n.state.listed != b.updates-1 {
			n.state.forget()
		}
		n.state.listed = b.updates
	}
}

// Pick implements Balancer.
func (b *PowerOfTwo) Pick(info Info) (registry.Instance, func(DoneInfo), error) {
	list := without(b.nodes.list(), info.Skip)
	if len(list) == 0 {
		return registry.Instance{}, nil, ErrNoInstances
	}
	n := list[0]
	if len(list) > 1 {
		i, j := two(len(list))
		n = cheaper(list[i], list[j], b.clock.now.Load())
	}
	n.state.inFlight.Add(1)
	return n.Instance, n.state.done, nil
}

// two returns two different indices below n, which is at least 2. One random
// number makes both, for every Pick pays for it.
func two(n int) (i, j int) {
	r := rand.Uint64()
	i = int(r >> 32 * uint64(n) >> 32)
	j = int(r & math.MaxUint32 * uint64(n-1) >> 32)
	if j >= i {
		j++
	}
	return i, j
}

// cheaper returns the node where one more call costs less; a if it is the same.
// The costs stay below an int64's bounds up to 900,000 calls in flight.
func cheaper(a, b *node[peakEWMA], now int64) *node[peakEWMA] {
	callsA, callsB := a.state.inFlight.Load(), b.state.inFlight.Load()
	costA, costB := (callsA+1)*int64(b.Weight), (callsB+1)*int64(a.Weight)
	latencyA, latencyB := a.state.expect(callsA, now), b.state.expect(callsB, now)
	if differ(latencyA, latencyB) {
		costA *= latencyA
		costB *= latencyB
	}
	best := a
	if costB < costA {
		best = b
	}
	return best
}

// differ reports whether two latencies are known and more than a factor of two
// apart. What is less is noise while few calls are in flight, and to follow it
// would give all calls of a second to the fastest of the second before; while
// many are in flight, it shows in their number.
func differ(a, b int64) bool {
	return a > 0 && b > 0 && (a > 2*b || b > 2*a)
}
