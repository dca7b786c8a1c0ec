package faults

import (
	"fmt"
	"time"

	"example.com/workshop/docs/internal/measure"
)

// Outcome is what one run came to.
type Outcome struct {
	measure.Result
	// FirstCall is the time until a server that joined got a call, where one
	// joined; nil if it got none.
	FirstCall *time.Duration `json:"first_call,omitempty"`
	Joined    bool           `json:"joined,omitempty"`
	// Slowed says that calls took longer on purpose, so P99 is part of it.
	Slowed bool `json:"slowed,omitempty"`
	// Evicted says that the registry dropped a server that was healed later, and
	// Back how long after that it listed it again; nil if it did not.
	Evicted bool           `json:"evicted,omitempty"`
	Back    *time.Duration `json:"back,omitempty"`
	// Broken says why the run was not carried through.
	Broken string `json:"broken,omitempty"`
}

// Why says why the outcome is worth nothing; it is empty for a good run.
func (o Outcome) Why() string {
	if o.Broken != "" {
		return o.Broken
	}
	return o.Invalid
}

// marks notes what happened to the servers that joined, and to the one that was
// healed.
func (o *Outcome) marks(run *measure.Run) {
	for _, m := range run.All(measure.Joined) {
		o.Joined = true
		if took, ever := run.Share(m, 0); ever && o.FirstCall == nil {
			o.FirstCall = &took
		}
	}
	for _, heal := range run.All(measure.Heal) {
		for _, m := range run.Marks {
			switch {
			case heal.Server == "" || m.Server != heal.Server:
			case m.Kind == measure.Unlisted:
				o.Evicted, o.Back = true, nil
			case m.Kind == measure.Listed && o.Evicted:
				took := max(0, m.At.Sub(heal.At))
				o.Back = &took
			}
		}
	}
}

// Red reports whether someone noticed the fault: a caller whose call failed, or
// took as long as the slow server, or a server that got no calls.
func (o Outcome) Red() bool {
	waited := o.Slowed && o.P99 >= float64(slowness.Milliseconds())
	return o.Failed > 0 || waited || o.Joined && o.FirstCall == nil || o.Evicted && o.Back == nil
}

// String is the outcome in a few words: calls failed of calls sent, and how long
// that went on.
func (o Outcome) String() string {
	if why := o.Why(); why != "" {
		return "invalid: " + why
	}
	text := fmt.Sprintf("%d of %d failed", o.Failed, o.Sent)
	if o.Failed > 0 {
		text += ", recovery " + o.Recovery.String()
	}
	if o.Slowed {
		text += fmt.Sprintf(", p99 %.1f ms", o.P99)
	}
	switch {
	case o.Joined && o.FirstCall == nil:
		text += ", first call never"
	case o.Joined:
		text += ", first call " + measure.Seconds(*o.FirstCall)
	}
	switch {
	case o.Evicted && o.Back == nil:
		text += ", never listed again"
	case o.Evicted:
		text += ", listed again after " + measure.Seconds(*o.Back)
	}
	return text
}
