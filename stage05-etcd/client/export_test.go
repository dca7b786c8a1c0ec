package client

import (
	"time"
	"weak"
)

// What a test looks at that is nobody else's business.
var (
	IsFinal = isFinal
	Blame   = blame
	// ErrSilent is why a connection without a sign of life was replaced.
	ErrSilent = errSilent
)

// ErrReply returns the error of a variable that takes no reply, and ErrMisfit that of
// a reply that does not fit its variable.
func ErrReply(err error) error  { return &replyError{err} }
func ErrMisfit(err error) error { return &misfitError{err} }

// Find looks for the instance of an id, as a call does.
func Find(c *Client, id string) { c.find(id) }

// IsUpdating reports whether somebody holds the lock on the client's updates.
func IsUpdating(c *Client) bool {
	if c.updating.TryLock() {
		c.updating.Unlock()
		return false
	}
	return true
}

// IsKept returns a function that reports whether the instance of an id, which knows its
// client, is still in memory.
func IsKept(c *Client, id string) func() bool {
	n := weak.Make(c.nodes[id])
	return func() bool { return n.Value() != nil }
}

// HoldAmidIdle lets the instance of an id become idle, calls wait while that needs its lock,
// and then holds it if nobody has the client's. It reports whether it is held without a connection.
func HoldAmidIdle(c *Client, id string, wait func()) bool {
	n, idle := c.find(id), make(chan time.Duration)
	n.mu.Lock()
	n.counts.used = n.counts.used.Add(-c.opts.IdleTimeout)
	go func() { idle <- n.idle(time.Time{}) }()
	wait()
	if c.mu.TryLock() {
		n.held = true
		c.mu.Unlock()
	}
	n.mu.Unlock()
	<-idle
	return n.isHeld() && !n.isReady()
}
