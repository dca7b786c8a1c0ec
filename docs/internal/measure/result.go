package measure

import (
	"fmt"
	"time"
)

// MinLoad is the share of the wanted calls below which a run proves nothing.
const MinLoad = 0.95

// Result is what a run comes to.
type Result struct {
	Sent     int      `json:"sent"`
	Failed   int      `json:"failed"`
	Retried  int      `json:"retried"`
	P99      float64  `json:"p99_ms"`
	Recovery Recovery `json:"recovery"`
	// Eviction is the time from the fault until the registry no longer listed the
	// affected server; 0 if it still did at the end.
	Eviction time.Duration `json:"eviction,omitempty"`
	// Invalid is why the run proves nothing; it is empty for a valid run.
	Invalid string `json:"invalid,omitempty"`
}

// Recovery is the time from the fault to the start of the first second after
// which no call fails for the rest of the run. The seconds of the report are
// its resolution: it can be up to one second too long, never too short.
type Recovery struct {
	Never bool          `json:"never,omitempty"` // calls still failed in the run's last second
	After time.Duration `json:"after"`           // 0 when no call failed after the fault
}

// String is the recovery in seconds, as the tables show it.
func (r Recovery) String() string {
	if r.Never {
		return "never"
	}
	return Seconds(r.After)
}

// Seconds formats a duration as tables show it, to a tenth of a second.
func Seconds(d time.Duration) string {
	if d == 0 {
		return "0 s"
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// Result sums the run up. An invalid run has its counts too, for the message,
// but no one should trust them.
func (r *Run) Result() Result {
	fault := Mark{At: r.Started}
	if faults := r.All(Fault); len(faults) > 0 {
		fault = faults[0]
	}
	result := Result{Invalid: r.invalid(), Recovery: r.recovery(fault.At), Eviction: r.eviction(fault)}
	if r.Total != nil {
		result.Sent, result.Failed, result.Retried, result.P99 = r.Total.Sent, r.Total.Failed, r.Total.Retried, r.Total.P99
	}
	return result
}

// eviction finds the moment at which the registry dropped the affected server.
func (r *Run) eviction(fault Mark) time.Duration {
	for _, m := range r.Marks {
		if m.Kind == Unlisted && m.Server != "" && m.Server == fault.Server && m.At.After(fault.At) {
			return m.At.Sub(fault.At)
		}
	}
	return 0
}

// recovery looks for the last second with a failed call that ended after the
// fault.
func (r *Run) recovery(fault time.Time) Recovery {
	for i := len(r.Seconds) - 1; i >= 0; i-- {
		s := r.Seconds[i]
		if s.Failed == 0 {
			continue
		}
		if i == len(r.Seconds)-1 {
			return Recovery{Never: true}
		}
		return Recovery{After: max(0, s.At.Sub(fault))}
	}
	return Recovery{}
}

// invalid says why the run proves nothing, or "".
func (r *Run) invalid() string {
	if r.Total == nil {
		return ErrTruncated.Error()
	}
	var sent, failed int
	for _, s := range r.Seconds {
		sent += s.Sent
		failed += s.Failed
	}
	wanted := r.Load.Calls()
	switch {
	case sent != r.Total.Sent || failed != r.Total.Failed:
		return fmt.Sprintf("the seconds add up to %d sent and %d failed, the total says %d and %d",
			sent, failed, r.Total.Sent, r.Total.Failed)
	case r.Total.OK+r.Total.Failed != r.Total.Sent:
		return fmt.Sprintf("%d calls sent, but %d ok and %d failed", r.Total.Sent, r.Total.OK, r.Total.Failed)
	case float64(r.Total.Sent) < MinLoad*float64(wanted):
		return fmt.Sprintf("only %d of %d calls were sent", r.Total.Sent, wanted)
	}
	return ""
}
