// Package faults plays the same faults on real processes of every stage and
// makes a matrix of what their callers saw: rows are faults, columns are
// stages.
//
// The one rule: a cell is measured or empty. A run that breaks off, or that
// sent too few calls, never looks like a good one.
package faults

import (
	"time"

	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/stages"
)

// Fault is a row of the matrix.
type Fault struct {
	scenario.Scenario        // its name is for the command line: server-crash
	Title             string // for people
	Registry          bool   // it is about the registry, so a stage needs one
	Majority          bool   // it takes away the registry's majority, so that must be of several machines
	Freezes           bool   // it freezes a process; see proc.CanFreeze
	Proxied           bool   // its servers stand between proxies; see cluster.Options
	Slows             bool   // it costs time before it costs calls, so the p99 counts too
	Cuts              bool   // it makes connections silent, and leaves the servers as they are
	Evicts            bool   // it outlasts the lease of the server that it befalls
	Silences          bool   // while it lasts the registry does not answer
	Faulty            bool   // its servers offer methods that do what they should not
	Green             int    // the stage from which on nobody notices the fault; 0 if there is none
	// Unmeasured marks a row that is newer than the published matrix: its cells show as
	// not measured. Remove the mark after a measurement.
	Unmeasured bool
	// Within bounds the recovery of a fault that somebody notices in every
	// stage, and Bounded is the stage from which on it holds.
	Within  time.Duration
	Bounded int
	// AfterListed, if it is not 0, bounds how long a call may still fail after the
	// registry lists all servers that joined. It holds from the stage on whose clients
	// follow the list.
	AfterListed time.Duration
	// Lesson is one sentence: why cells of the row are red, and from which stage
	// on they are green. It is empty where none should be red.
	Lesson string
}

// TTL is the lease of every server: short enough for its end to be seen.
const TTL = 5 * time.Second

// follows is the first stage whose clients follow the list.
const follows = 4

// hidden reports whether nobody is supposed to notice the fault in the column of a cell.
func (f Fault) hidden(c Cell) bool { return f.Green > 0 && c.Stage >= f.Green }

// alone reports whether the fault is about the time that calls take. Such a fault is
// measured while nothing else runs.
func (f Fault) alone() bool { return f.Slows }

// Skip returns why the fault cannot be played on a stage, or "" if it can.
func (f Fault) Skip(s stages.Stage) string {
	switch {
	case f.Registry && !s.Offers.Registry:
		return "no registry"
	case f.Majority && !s.Offers.Etcd:
		return "its registry is one process"
	case f.Freezes && !proc.CanFreeze:
		return "cannot freeze here"
	}
	return ""
}
