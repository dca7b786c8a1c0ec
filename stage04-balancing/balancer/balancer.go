// Package balancer chooses the instance that a call goes to. Update tells a Balancer the
// instances, and Pick returns one of them. It opens no connection and waits for nothing.
//
// The one rule that must not be broken: the function that Pick returns is called exactly
// once, after the call has ended, however it ended. If it is not called, an instance
// looks busy for ever. If it is called twice, a busy instance looks idle.
//
// WeightedRoundRobin and LeastConnections look at all instances for each call. With some
// hundreds of instances or more they are the wrong choice (go test -bench Pick
// ./balancer).
package balancer

import (
	"errors"
	"time"

	"example.com/workshop/stage04-balancing/registry"
)

// ErrNoInstances is Pick's error when no instance may get the call: none is listed,
// every weight is 0, or Info.Skip turned down all the others.
var ErrNoInstances = errors.New("no instances")

// Balancer chooses by one algorithm. Many goroutines may call its methods at once.
type Balancer interface {
	// Update replaces the whole list. Its order does not matter, and of two entries with
	// one ID the first counts. What the Balancer has learned about an instance belongs to
	// the ID, and is kept when address, weight or metadata change. It is also kept at
	// weight 0, but the instance then gets no new calls. An ID that is missing in one
	// Update is forgotten with its calls in flight, and their done then changes nothing.
	// A weight below 0 counts as 0, one above registry.MaxWeight as that.
	Update(instances []registry.Instance)

	// Pick chooses an instance for one call. Pick never returns an instance that Skip turns
	// down, of weight 0, or missing from the last Update; if none is left, it returns
	// ErrNoInstances, its only error, and done is nil. The caller calls done exactly once when
	// that call has ended. The instance's Metadata is shared and must not be changed.
	Pick(info Info) (in registry.Instance, done func(DoneInfo), err error)
}

// Info describes the call to be made. The zero Info is a call like any other.
type Info struct {
	// Key is what the call is about, such as a user's ID. ConsistentHash sends equal keys
	// to the same instance; the other balancers ignore it.
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
	// Err is the error of the instance or of the way to it, time-outs included. It is nil
	// if the instance answered, even with an error, or if the caller gave up, which is
	// not the instance's fault.
	Err error

	// Failed says that the call ended without a result. If Err is nil, the method
	// returned an error or the caller gave up. Latency is then how long that took.
	Failed bool

	// Latency is how long the call took; 0 if that is not known.
	Latency time.Duration
}

// ignore is the done of a balancer that learns nothing from calls.
func ignore(DoneInfo) {}
