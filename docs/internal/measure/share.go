package measure

import "time"

// FairShare is the part of an even share of the calls that counts as a fair one.
const FairShare = 0.5

// Share is the time from a mark until its server answered at least part of an even share
// of a second's calls. The mark's server and all others that answered a call in that
// second share them. A part of 0 asks for one call. The time ends with that second, so it
// can be up to one second too long, never too short. False means that this never
// happened.
//
// The second of the mark itself counts too. Share is for a server that was silent before,
// so nothing in that second can be older than the mark.
func (r *Run) Share(mark Mark, part float64) (time.Duration, bool) {
	for _, s := range r.Seconds {
		got := s.Servers[mark.Addr]
		if got == 0 || !s.At.After(mark.At) {
			continue
		}
		sharers := 0
		for _, n := range s.Servers {
			if n > 0 {
				sharers++
			}
		}
		if float64(got*sharers) >= part*float64(s.Sent) {
			return s.At.Sub(mark.At), true
		}
	}
	return 0, false
}
