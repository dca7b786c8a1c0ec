package balancer

import "time"

// usual is the usual latency of the service's calls: an average over those that
// succeeded, in which the latest counts a sixteenth. It is 0 before the first.
type usual time.Duration

// early counts a call that has ended. It returns how much sooner the call failed than
// calls usually succeed, or 0 if it did not fail, or not sooner. A server whose method
// returns an error at once does less work than the others, and would look like the
// quickest and least busy of all.
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
