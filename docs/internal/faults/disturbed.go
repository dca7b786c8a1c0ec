package faults

import "time"

// A run is disturbed if the machine stood still for longer than bears meanwhile: then it may
// be that which was noticed, and not the fault. slack is the shortest time that decides
// anything.
const (
	bears    = slack
	maxTries = 3
)

// undisturbed makes a run with play. If it is doubtful and was disturbed, undisturbed tells
// of that and makes it again, maxTries in all at most. It returns the last run, and for how
// long the machine stood still if that one is doubtful and disturbed too. watch returns a
// function that says for how long the machine stood still since; see standstill.Watch.
func undisturbed(play func() Outcome, watch func() func() time.Duration, doubtful func(Outcome) bool, tell func(Outcome, time.Duration)) (o Outcome, stoodStill time.Duration) {
	for try := 1; ; try++ {
		end := watch()
		o = play()
		stoodStill = end()
		switch {
		case stoodStill <= bears || !doubtful(o):
			return o, 0
		case try == maxTries:
			return o, stoodStill
		}
		tell(o, stoodStill)
	}
}

// isDoubtful reports whether a run of the fault in a column proves nothing, or somebody
// noticed what the stage promises to hide.
func (f Fault) isDoubtful(c Column, o Outcome) bool {
	cell := Cell{Stage: c.Stage.Number, Over: c.Over(), Fault: f.Name, Runs: []Outcome{o}}
	return o.Why() != "" || len(Noticed([]Fault{f}, []Cell{cell})) > 0
}
