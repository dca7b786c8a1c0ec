package balancer

import "time"

// usual is the latency that calls of the service usually have: an average of those
// that succeeded, in which the latest counts a sixteenth. It is 0 before the first.
type usual time.Duration

// early counts a call that has ended, and returns how much sooner it failed than calls
// usually succeed: 0 if it did not fail, or not sooner. A server whose method returns an
// error at once does less work than the others, and would look like the quickest and
// the idlest of all.
func (u *usual) early(info DoneInfo) time.Duration {
	latency := usual(info.Latency)
	switch {
	case info.Err != nil:
		return 0
	case info.Failed:
		return time.Duration(max(0, *u-latency))
	case *u == 0:
		*u = latency
	case latency > 0:
		*u += (latency - *u) / 16
	}
	return 0
}
