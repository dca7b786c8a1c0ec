// Package registrytest checks that a registry keeps the promises of registry.Registrar
// and registry.Discovery, however it is implemented. A test opens a registry and hands it
// to Run, as with testing/fstest. The checks know nothing else of it.
package registrytest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"example.com/workshop/stage04-balancing/registry"
)

// System is a registry under test. A hook is nil if nothing in the system can fail that
// way. Then the checks that need it are left out.
type System struct {
	Registrar registry.Registrar
	Discovery registry.Discovery

	TTL   time.Duration // how long an instance stays listed without a beat
	Grace time.Duration // how much longer it may take: sweeps, reconnecting, a slow machine

	Outage  func(away bool)      // cuts the registry off from everybody, and lets it come back
	Restart func()               // ends the registry and starts it again without its memory
	Poison  func(service string) // puts an entry on the list that is no instance
}

// Clock runs a check in the system's time: synctest.Test for a system that is wholly in
// memory, RealTime for all others.
type Clock func(t *testing.T, check func(*testing.T))

// RealTime is the Clock of systems with sockets and processes.
func RealTime(t *testing.T, check func(*testing.T)) { check(t) }

// check is one promise. A check with hooks is for systems that have them.
type check struct {
	name  string
	run   func(harness)
	needs func(System) bool
}

// Run runs every check as a test of its own, all at once, because in real time they wait
// long. Each opens a system of its own, which t.Cleanup closes.
func Run(t *testing.T, clock Clock, open func(*testing.T) System) {
	t.Run("leaves no goroutine behind", func(t *testing.T) { // alone, because it counts goroutines
		clock(t, func(t *testing.T) { leavesNothing(harness{t, open(t)}) })
	})
	var can System
	clock(t, func(t *testing.T) { can = open(t) })
	var checks sync.WaitGroup
	for _, c := range slices.Concat(listing, leaving, watching, ending, invalid, faults, holding) {
		if c.needs != nil && !c.needs(can) {
			continue
		}
		checks.Go(func() { // t.Parallel would run only as many at once as there are processors
			t.Run(c.name, func(t *testing.T) {
				clock(t, func(t *testing.T) { c.run(harness{t, open(t)}) })
			})
		})
	}
	checks.Wait()
}
