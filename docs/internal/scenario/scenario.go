// Package scenario plays a story on a running stage: under steady load, at set
// times, something happens to it. What the callers saw and what the registry
// listed becomes a [measure.Run].
//
// The one rule: a scenario is a value. The demo, the fault matrix and the tests
// differ in the scenarios that they play, not in how they play them.
package scenario

import (
	"context"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
)

// Scenario is what happens, and when.
type Scenario struct {
	Name  string // for the command line: server-crash
	Load  measure.Load
	Steps []Step // in the order of their times
}

// Step is one thing that happens.
type Step struct {
	At   time.Duration // after the load's start
	When Condition     // not before this holds; nil for nothing to wait for
	Do   Action
}

// Condition reports whether something has happened.
type Condition func(*World) bool

// At is a step so many tenths of a second after the load's start.
func At(tenths int, do Action) Step {
	return Step{At: time.Duration(tenths) * 100 * time.Millisecond, Do: do}
}

// Action makes something happen and returns a mark that says what, in plain
// words. The time is filled in for it. It must return when ctx ends.
type Action func(ctx context.Context, w *World) (measure.Mark, error)

// World is what an action can use: the processes, and the measurements so far.
type World struct {
	Cluster *cluster.Cluster
	Run     *measure.Run
	Listed  []string // the addresses that the registry listed last
	Lost    error    // why the registry did not answer last; nil if it did
}

// Watcher is told about a run while it goes on, in order and from one
// goroutine.
type Watcher interface {
	// Second is called when a second of the load has ended.
	Second(*World, measure.Second)
	// Mark is called when something has happened.
	Mark(*World, measure.Mark)
}
