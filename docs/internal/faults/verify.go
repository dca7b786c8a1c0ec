package faults

import (
	"slices"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/scenario"
)

// felt is how many milliseconds a call takes that has met the slow server.
const felt = float64(slowness/time.Millisecond) / 3

// verify looks in the measurements for proof that the fault befell the cluster, and
// returns what is missing. Otherwise a signal to the wrong process would be a fault that
// nobody noticed.
func (f Fault) verify(c *cluster.Cluster, run *measure.Run, leases bool, o Outcome) string {
	away := func(m measure.Mark) bool { return m.Text == scenario.RegistryAway }
	if f.Silences && !slices.ContainsFunc(run.Marks, away) {
		return "the registry went on answering: it was not hit"
	}
	for _, s := range c.Servers() {
		if s.Stranger != nil && c.RegistryURL() != "" && s.Stranger.Met() == 0 {
			return "nobody called the stranger on the port of server " + s.Name + ": it was not hit"
		}
	}
	for _, fault := range run.All(measure.Fault) {
		s := c.ByAddr(fault.Addr)
		if s == nil {
			continue
		}
		until, hit := healed(run, fault), fault.At
		if s.State == cluster.Dead {
			hit = hit.Add(reportStep) // a busy machine kills some time after the mark
		}
		switch {
		case (s.State == cluster.Dead || f.Freezes) && run.AnsweredBetween(s.Addr, hit, until) > 0:
			return "server " + s.Name + " went on answering: it was not hit"
		case f.Slows && !waited(run, fault.At, until):
			return "no call felt that server " + s.Name + " is slow: it was not hit"
		case f.Cuts && !missed(run, fault.At):
			return "no call felt that the connections to server " + s.Name + " are half open: they were not hit"
		case f.Evicts && leases && !o.Evicted:
			return "server " + s.Name + " stayed listed: it was not hit"
		}
	}
	return ""
}

// healed is when what befell a server was repaired; the end of the run, if it
// was not.
func healed(run *measure.Run, fault measure.Mark) time.Time {
	for _, m := range run.All(measure.Heal) {
		if m.Server == fault.Server {
			return m.At
		}
	}
	return run.Started.Add(24 * time.Hour)
}

// waited reports whether some calls between two moments took long, or were made
// again elsewhere.
func waited(run *measure.Run, from, until time.Time) bool {
	for _, s := range run.Seconds {
		if s.At.After(from) && s.At.Before(until.Add(time.Second)) && (s.P99 >= felt || s.Retried > 0) {
			return true
		}
	}
	return false
}

// missed reports whether calls failed, or were made again elsewhere, since a moment.
func missed(run *measure.Run, from time.Time) bool {
	return slices.ContainsFunc(run.Seconds, func(s measure.Second) bool {
		return s.At.After(from) && (s.Failed > 0 || s.Retried > 0)
	})
}
