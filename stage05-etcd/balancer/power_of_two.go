package balancer

import (
	"math/rand/v2"
	"sync"
	"time"

	"example.com/workshop/stage05-etcd/registry"
)

// PowerOfTwo draws two instances and picks the one where the call costs less. The cost is
// the calls in flight, this one included, times the latency to expect, divided by the
// weight. Choosing between two is nearly as good as looking at all (Mitzenmacher, "The
// Power of Two Choices in Randomized Load Balancing", 1996), and clients with the same
// view do not all choose the same server. The cost is that of Finagle's P2C balancer with
// peak EWMA; see peakEWMA for the differences.
//
//   - A frozen instance keeps its calls in flight, and each of them raises the
//     cost of the next. So it gets one or two calls and then no more.
//   - A slow instance gets one call now and then, to see whether it still is slow.
//   - An instance that fails is avoided like one that takes ten seconds.
//   - An instance whose method returns an error at once does not look quicker than
//     the others: the call counts for as long as calls usually take.
//   - An instance that is new, or back from weight 0, is compared by its calls in
//     flight alone until it has answered. So it gets its share at once, and no flood.
//
// Calls need a deadline, because a call that never ends keeps its instance from being
// tried again. The zero PowerOfTwo is ready for Update.
type PowerOfTwo struct {
	nodes nodes[peakEWMA]
	mu    sync.Mutex // guards every peakEWMA and the fields below
	picks int64      // the number of picks so far
	usual usual
}

// Update implements Balancer. When a weight rises from 0, the latency is forgotten, and
// the calls in flight are not. Whoever raises the weight knows more than an old estimate.
func (b *PowerOfTwo) Update(instances []registry.Instance) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.nodes.update(instances, func(e *peakEWMA, weight int) {
		if e.done == nil {
			e.done = func(info DoneInfo) { b.finish(e, info) }
		}
		if e.resting && weight > 0 {
			e.estimate = 0
		}
		e.resting = weight == 0
	})
}

// Pick implements Balancer. It draws two of the live instances that info.Skip
// leaves and counts the call as in flight at the cheaper one.
func (b *PowerOfTwo) Pick(info Info) (registry.Instance, func(DoneInfo), error) {
	left, _ := b.nodes.list(info.Skip)
	if len(left) == 0 {
		return registry.Instance{}, nil, ErrNoInstances
	}
	now := info.Now
	if now.IsZero() {
		now = time.Now()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.picks++
	i, j := two(len(left))
	n := cheaper(left[i], left[j], moment{now, b.picks})
	n.state.inFlight++
	return n.Instance, n.state.done, nil
}

// finish makes e learn how a call has ended. If the method returned an error, e learns
// that only when the call would usually have ended.
func (b *PowerOfTwo) finish(e *peakEWMA, info DoneInfo) {
	now := time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	if wait := b.usual.early(info); wait > 0 {
		info.Latency += wait
		time.AfterFunc(wait, func() { b.finish(e, info) })
		return
	}
	e.finish(info, moment{now, b.picks})
}

// two returns two different indices below n, every pair with the same probability. If n
// is 1, it returns 0 and 0.
func two(n int) (i, j int) {
	if n == 1 {
		return 0, 0
	}
	i = rand.IntN(n)
	j = (i + 1 + rand.IntN(n-1)) % n
	return i, j
}

// cheaper returns the node where one more call costs less, and a if the costs are equal.
// A cost is the calls in flight plus one, divided by the weight. If the latencies to
// expect (peakEWMA.expect) differ (differ), each cost is multiplied by its latency.
func cheaper(a, b *node[peakEWMA], now moment) *node[peakEWMA] {
	costA := float64(a.state.inFlight+1) / float64(a.Weight)
	costB := float64(b.state.inFlight+1) / float64(b.Weight)
	latencyA, latencyB := a.state.expect(now), b.state.expect(now)
	if differ(latencyA, latencyB) {
		costA *= float64(latencyA)
		costB *= float64(latencyB)
	}
	if costB < costA {
		return b
	}
	return a
}

// differ reports whether both latencies are known and more than a factor of two apart. A
// smaller difference is noise while few calls are in flight: to follow it would give all
// calls of a second to the fastest instance of the second before. While many are in
// flight, their number shows it.
func differ(a, b time.Duration) bool {
	return a > 0 && b > 0 && (a > 2*b || b > 2*a)
}
