// Package balancer chooses the instance that a call goes to. A Balancer hears
// of the instances through Update and names one of them at each Pick; it opens
// no connection and waits for nothing.
//
// The one rule that must not be broken: the function that Pick returns is called
// exactly once, after the call has ended, however it ended. Forgotten, it leaves an
// instance looking busy for ever; called twice, it makes a busy one look idle.
//
// WeightedRoundRobin and LeastConnections look at all instances for each call: from
// some hundreds of instances on they are the wrong choice (go test -bench Pick ./balancer).
package balancer

import (
	"errors"
	"time"

	"example.com/workshop/stage05-etcd/registry"
)

// ErrNoInstances is Pick's error when no instance may get the call: none is listed,
// every weight is 0, or Info.Skip turned down all the others.
var ErrNoInstances = errors.New("no instances")

// Balancer is one way to choose. Many goroutines may call its methods at once.
type Balancer interface {
	// Update replaces the whole list; its order does not matter, and of two entries
	// with one ID the first counts. What was learned about an instance belongs to
	// its ID and outlives a change of address, weight or metadata. An instance of
	// weight 0 is kept in mind and gets no new calls. An ID that is left out of one
	// Update is forgotten wholly, its calls in flight included, and their done then
	// changes nothing. Weights are cut to 0 and registry.MaxWeight.
	Update(instances []registry.Instance)

	// Pick chooses an instance for one call. The caller calls done exactly once when
	// that call has ended. The only error is ErrNoInstances, and with it done is nil.
	// The instance's Metadata is shared and must not be changed.
	Pick(info Info) (in registry.Instance, done func(DoneInfo), err error)
}

// Info describes the call to be made. The zero Info is a call like any other.
type Info struct {
	// Key stands for what the call is about, say a user's ID. ConsistentHash
	// sends equal keys to the same instance; the others do not look at it.
	Key string

	// Now is the time of the pick; zero stands for time.Now().
	Now time.Time

	// Skip reports whether an instance must not be picked, usually because this call
	// has failed there. A first attempt passes nil, which skips none: with a Skip,
	// Pick looks at all instances. No lock is held while it runs.
	Skip func(id string) bool
}

// DoneInfo describes how a call ended.
type DoneInfo struct {
	// Err is what went wrong at the instance or on the way to it, time-outs included; nil
	// if it answered, even to say no, or if the caller gave up, which is not its fault.
	Err error

	// Failed says that the call ended without a result, also if Err is nil: the method
	// returned an error, or the caller gave up. Latency is then how long that took.
	Failed bool

	// Latency is how long the call took; 0 if that is not known.
	Latency time.Duration
}

// ignore is the done of a balancer that learns nothing from calls.
func ignore(DoneInfo) {}
