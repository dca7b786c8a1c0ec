// Package registrytest checks that a registry keeps what registry.Registrar and
// registry.Discovery promise, whatever it is made of. A test opens one and
// hands it to Run, as with testing/fstest; the checks know nothing else of it.
package registrytest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"example.com/workshop/stage05-etcd/registry"
)

// System is a registry under test. A hook is nil when nothing in the system
// can fail so; that leaves out the checks that need it.
type System struct {
	Registrar registry.Registrar
	Discovery registry.Discovery

	TTL   time.Duration // how long an instance stays listed without a beat
	Grace time.Duration // how much longer it may take: sweeps, reconnecting, a slow machine

	Outage  func(away bool)      // cuts the registry off from everybody, and lets it come back
	Restart func()               // ends the registry and starts it again without its memory
	Poison  func(service string) // puts an entry on the list that is no instance
}

// Clock runs a check in the time that the system lives in: synctest.Test for
// one that is wholly in memory, RealTime for all others.
type Clock func(t *testing.T, check func(*testing.T))

// RealTime is the Clock of systems with sockets and processes.
func RealTime(t *testing.T, check func(*testing.T)) { check(t) }

// check is one promise. Those with hooks are for systems that have them.
type check struct {
	name  string
	run   func(harness)
	needs func(System) bool
}

// Run runs every check as a test of its own, all at once: where time is real
// they wait a good deal. Each opens a system of its own, which t.Cleanup closes.
func Run(t *testing.T, clock Clock, open func(*testing.T) System) {
	t.Run("leaves no goroutine behind", func(t *testing.T) { // alone, for it counts them
		clock(t, func(t *testing.T) { leavesNothing(harness{t, open(t)}) })
	})
	var can System
	clock(t, func(t *testing.T) { can = open(t) })
	var checks sync.WaitGroup
	for _, c := range slices.Concat(listing, leaving, watching, ending, invalid, faults, holding) {
		if c.needs != nil && !c.needs(can) {
			continue
		}
		checks.Go(func() { // t.Parallel would run no more at once than there are processors
			t.Run(c.name, func(t *testing.T) {
				clock(t, func(t *testing.T) { c.run(harness{t, open(t)}) })
			})
		})
	}
	checks.Wait()
}
