package faults

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/workshop/docs/internal/measure"
)

// Outcome is the result of one run.
type Outcome struct {
	measure.Result
	// FirstCall is the time until a server that joined got a call; if several joined, the
	// longest. It is nil if one of them got none.
	FirstCall *time.Duration `json:"first_call,omitempty"`
	Joined    bool           `json:"joined,omitempty"`
	// Listed is the time from the fault until the registry listed the last server that
	// joined, if that was measured.
	Listed *time.Duration `json:"listed,omitempty"`
	// Slowed reports that calls were slowed on purpose, so P99 is part of the outcome.
	Slowed bool `json:"slowed,omitempty"`
	// Evicted reports that the registry dropped a server that was healed later. Back is
	// how long after that the registry listed it again; nil if it did not.
	Evicted bool           `json:"evicted,omitempty"`
	Back    *time.Duration `json:"back,omitempty"`
	// Missing names running servers that the registry does not list at the end.
	Missing []string `json:"missing,omitempty"`
	// Broken is why the run was not completed.
	Broken string `json:"broken,omitempty"`
}

// Why returns why the outcome is invalid, or "" for a good run.
func (o Outcome) Why() string {
	if o.Broken != "" {
		return o.Broken
	}
	return o.Invalid
}

// marks records what happened to the servers that joined, and to the one that was healed.
func (o *Outcome) marks(run *measure.Run) {
	o.Missing = run.Missing
	var slowest time.Duration
	for _, m := range run.All(measure.Joined) {
		took, ever := run.Share(m, 0)
		if !ever {
			o.Joined, o.FirstCall = true, nil
			break
		}
		slowest = max(slowest, took)
		o.Joined, o.FirstCall = true, &slowest
	}
	for _, heal := range run.All(measure.Heal) {
		o.healed(run, heal)
	}
}

// listed records when all servers that joined were listed, and returns the name of one
// that never was.
func (o *Outcome) listed(run *measure.Run) (never string) {
	var last time.Duration
	for _, joined := range run.All(measure.Joined) {
		i := slices.IndexFunc(run.Marks, func(m measure.Mark) bool {
			return m.Kind == measure.Listed && m.Server == joined.Server && m.At.After(joined.At)
		})
		if i < 0 {
			return joined.Server
		}
		last = max(last, run.Marks[i].At.Sub(run.All(measure.Fault)[0].At))
	}
	o.Listed = &last
	return ""
}

// healed records whether a server that was healed had been evicted, and when it was
// listed again; for several servers, the last.
func (o *Outcome) healed(run *measure.Run, heal measure.Mark) {
	if heal.Server == "" {
		return
	}
	evicted := false
	var back *time.Duration
	for _, m := range run.Marks {
		switch {
		case m.Server != heal.Server:
		case m.Kind == measure.Unlisted:
			evicted, back = true, nil
		case m.Kind == measure.Listed && evicted && m.At.Before(heal.At):
			o.Broken = "server " + m.Server + " was listed again before it was healed"
		case m.Kind == measure.Listed && evicted:
			took := m.At.Sub(heal.At)
			back = &took
		}
	}
	switch {
	case !evicted:
	case !o.Evicted:
		o.Evicted, o.Back = true, back
	case o.Back != nil && (back == nil || *back > *o.Back):
		o.Back = back
	}
}

// Red reports whether someone noticed the fault: a caller whose call failed, one caller
// in a hundred that waited for the slow server or gave it up, or a server that got no
// calls or is not listed again.
func (o Outcome) Red() bool {
	waited := o.Slowed && o.P99 >= felt
	return o.Failed > 0 || waited || o.Joined && o.FirstCall == nil || o.Evicted && o.Back == nil || len(o.Missing) > 0
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
	if o.Listed != nil {
		text += ", all listed after " + measure.Seconds(*o.Listed)
	}
	switch {
	case o.Joined && o.FirstCall == nil:
		text += ", never called"
	case o.Joined:
		text += ", first call after " + measure.Seconds(*o.FirstCall)
	}
	switch {
	case o.Evicted && o.Back == nil:
		text += ", never listed again"
	case o.Evicted:
		text += ", listed again after " + measure.Seconds(*o.Back)
	}
	if len(o.Missing) > 0 && (!o.Evicted || o.Back != nil) {
		text += ", not listed at the end: " + strings.Join(o.Missing, ", ")
	}
	return text
}
