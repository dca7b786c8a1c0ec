package balancer

import (
	"math"
	"time"
)

const (
	// halfLife is the time after which an estimate counts half. An instance that was 64
	// times slower than the others is tried again after five or six half-lives.
	halfLife = 250 * time.Millisecond

	// halfLifePicks is how many picks of the balancer a half-life takes at least. Without
	// it, a client with one call per second would have forgotten by the next call which
	// instance was slow, and would try it again and again.
	halfLifePicks = 5

	// failureLatency is the latency that a failed call counts as, and the most that any
	// call counts as. So a fast failure never looks better than a slow answer.
	failureLatency = 10 * time.Second
)

// moment is a point in time, with the number of picks that the balancer had made by then.
type moment struct {
	time  time.Time
	picks int64
}

// fade returns how much of an estimate made at m still counts at now, between 0 and 1:
// all of it at first, half after one half-life, a quarter after two. A half-life is over
// when both halfLife has passed and halfLifePicks picks have been made. If now is before
// m, it counts as m.
func (m moment) fade(now moment) float64 {
	byTime := float64(now.time.Sub(m.time)) / float64(halfLife)
	byPicks := float64(now.picks-m.picks) / halfLifePicks
	return math.Exp2(-max(0, min(byTime, byPicks)))
}

// peakEWMA is what PowerOfTwo knows about an instance. The latency to expect is a moving
// average with exponential weights over time, as in Finagle's PeakEwma: a longer latency
// is believed at once, a shorter one bit by bit. Unlike Finagle's, it counts errors, and
// it fades only while no call is in flight.
type peakEWMA struct {
	done     func(DoneInfo) // made once, to save an allocation per pick
	resting  bool           // whether the last Update gave it weight 0
	inFlight int
	estimate time.Duration // 0 if the latency is not known
	updated  moment        // when the estimate was made
}

// expect returns the latency to expect of one more call, or 0 if it is not known.
//
// The estimate fades while nothing is in flight, until the instance looks good enough to
// be tried. The whole estimate counts again while that one call is in flight. So a slow
// instance is probed by one call at a time, and a frozen one does not look better because
// it has been silent for long.
func (e *peakEWMA) expect(now moment) time.Duration {
	if e.inFlight > 0 {
		return e.estimate
	}
	return time.Duration(float64(e.estimate) * e.updated.fade(now))
}

// finish counts a call that has ended. One done too many does not make the number in
// flight negative. A failed call is learned as failureLatency. Any other call is learned
// as its latency, at most failureLatency, and at least the estimate if its method
// returned an error. From an unknown latency nothing is learned.
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

// learn makes latency the estimate. If the old estimate is longer, learn adds the part of
// the difference that has not faded.
func (e *peakEWMA) learn(latency time.Duration, now moment) {
	if e.estimate > latency {
		latency += time.Duration(float64(e.estimate-latency) * e.updated.fade(now))
	}
	e.estimate, e.updated = latency, now
}
