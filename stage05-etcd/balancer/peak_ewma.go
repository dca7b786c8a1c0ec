package balancer

import (
	"math"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// halfLife is the time after which an estimate counts half. An instance that
	// was 64 times slower than the others is tried again after five or six of them.
	halfLife = 250 * time.Millisecond

	// failureLatency is what a failed call counts as, and the most that any call
	// counts as: to fail fast must never look better than to answer slowly.
	failureLatency = 10 * time.Second
)

// peakEWMA is what PowerOfTwo knows about an instance. The latency to expect is
// a moving average with exponential weights over time, as in Finagle's PeakEwma:
// a longer latency is believed at once, a shorter one bit by bit. Unlike there,
// errors count, and silence is forgiven only while no call is waiting.
type peakEWMA struct {
	inFlight atomic.Int64
	done     func(DoneInfo)
	listed   uint64 // the last Update with a weight above 0

	mu       sync.Mutex   // one change of the fields below at a time; expect reads without it
	estimate atomic.Int64 // nanoseconds; 0 means not known
	updated  atomic.Int64 // when, by the balancer's clock
}

// expect returns the latency to expect of a call, in nanoseconds; 0 if unknown.
//
// It halves with every halfLife in which nothing is in flight, until the instance
// looks good enough to be tried. The one call that tries it brings the whole
// estimate back until it is answered. So a slow instance is probed by one call at
// a time, and a frozen one is not forgiven because it has been silent for long.
func (e *peakEWMA) expect(inFlight, now int64) int64 {
	latency := e.estimate.Load()
	if inFlight == 0 {
		latency >>= max(0, now-e.updated.Load()) / int64(halfLife)
	}
	return latency
}

// finish counts a call that has ended, and learns from it if there is something
// to learn.
func (e *peakEWMA) finish(info DoneInfo, now int64) {
	switch {
	case info.Err != nil:
		e.learn(failureLatency, now)
	case info.Latency > 0:
		e.learn(min(info.Latency, failureLatency), now)
	}
	if e.inFlight.Add(-1) < 0 {
		e.inFlight.Add(1) // a done too many
	}
}

func (e *peakEWMA) learn(latency time.Duration, now int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if old := time.Duration(e.estimate.Load()); old > latency {
		age := max(0, now-e.updated.Load())
		latency += time.Duration(float64(old-latency) * math.Exp2(-float64(age)/float64(halfLife)))
	}
	e.estimate.Store(int64(latency))
	e.updated.Store(now)
}

// forget makes the latency unknown again. The calls in flight still count.
func (e *peakEWMA) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.estimate.Store(0)
}
