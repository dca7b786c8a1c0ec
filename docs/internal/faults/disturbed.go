package faults

import "time"

// A run is disturbed if the machine stood still for longer than bears meanwhile: then it may
// be that which was noticed, and not the fault. The shortest time that decides a row is the
// 100 ms at which a call has felt the slow server.
const (
	bears    = 100 * time.Millisecond
	maxTries = 3
)

// undisturbed makes a run with play. If the run is red or proves nothing, and was disturbed,
// undisturbed tells of that and makes it again, maxTries in all at most. watch returns a
// function that says for how long the machine stood still since; see standstill.Watch.
func undisturbed(play func() Outcome, watch func() func() time.Duration, tell func(o Outcome, stoodStill time.Duration)) Outcome {
	for try := 1; ; try++ {
		end := watch()
		o := play()
		stoodStill := end()
		if stoodStill <= bears || try == maxTries || !o.Red() && o.Why() == "" {
			return o
		}
		tell(o, stoodStill)
	}
}
