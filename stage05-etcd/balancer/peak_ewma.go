package balancer

import (
	"math"
	"time"
)

const (
	// halfLife is the time after which an estimate counts half. An instance that
	// was 64 times slower than the others is tried again after five or six of them.
	halfLife = 250 * time.Millisecond

	// halfLifePicks is how many picks of the balancer a half-life takes at least.
	// Without it a client with one call per second would have forgotten by the next
	// who was slow, and would try it again and again.
	halfLifePicks = 5

	// failureLatency is what a failed call counts as, and the most that any call
	// counts as: to fail fast must never look better than to answer slowly.
	failureLatency = 10 * time.Second
)

// moment is a point in time, and how many picks the balancer had made by then.
type moment struct {
	time  time.Time
	picks int64
}

// fade returns what part of an estimate made at m counts at now, between 0 and 1:
// all of it at first, half after one half-life, a quarter after two. A half-life
// is over when both halfLife has passed and halfLifePicks have been made. A now
// before m counts like m.
func (m moment) fade(now moment) float64 {
	byTime := float64(now.time.Sub(m.time)) / float64(halfLife)
	byPicks := float64(now.picks-m.picks) / halfLifePicks
	return math.Exp2(-max(0, min(byTime, byPicks)))
}

// peakEWMA is what PowerOfTwo knows about an instance. The latency to expect is
// a moving average with exponential weights over time, as in Finagle's PeakEwma:
// a longer latency is believed at once, a shorter one bit by bit. Unlike there,
// errors count, and silence is forgiven only while no call is in flight.
type peakEWMA struct {
	done     func(DoneInfo) // made once: one per pick would be an allocation
	resting  bool           // whether the last Update gave it weight 0
	inFlight int
	estimate time.Duration // 0 if the latency is not known
	updated  moment        // when the estimate was made
}

// expect returns the latency to expect of one more call; 0 if it is not known.
//
// The estimate fades while nothing is in flight, until the instance looks good
// enough to be tried. The one call that tries it brings the whole estimate back
// until it has ended. So a slow instance is probed by one call at a time, and a
// frozen one is not forgiven because it has been silent for long.
func (e *peakEWMA) expect(now moment) time.Duration {
	if e.inFlight > 0 {
		return e.estimate
	}
	return time.Duration(float64(e.estimate) * e.updated.fade(now))
}

// finish counts a call that has ended; a done too many does not take the number in
// flight below 0. A failed call is learned as failureLatency, another as its
// latency but no longer than that, and one whose method returned an error as no less
// than the estimate; an unknown latency teaches nothing.
func (e *peakEWMA) finish(info DoneInfo, now moment) {
	e.inFlight = max(0, e.inFlight-1)
	latency := min(info.Latency, failureLatency)
	switch {
	case info.Err != nil:
		latency = failureLatency
	case info.Failed:
		latency = max(latency, e.estimate)
	}
	if latency > 0 {
		e.learn(latency, now)
	}
}

// learn makes latency the estimate. If the old estimate is longer, what has not faded
// of the difference is added.
func (e *peakEWMA) learn(latency time.Duration, now moment) {
	if e.estimate > latency {
		latency += time.Duration(float64(e.estimate-latency) * e.updated.fade(now))
	}
	e.estimate, e.updated = latency, now
}
