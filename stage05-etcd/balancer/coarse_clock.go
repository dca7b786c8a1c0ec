package balancer

import (
	"sync/atomic"
	"time"
)

const (
	// tickLength is how exact the clock is. More often it is not moved, so that
	// processors do not fight over it.
	tickLength = time.Millisecond

	// busyGap is how long the clock may stand still before it begins to run slow.
	busyGap = 10 * time.Millisecond
)

// coarseClock tells PowerOfTwo how old an estimate is. Pick reads it with one
// load, where time.Now would cost more than all the rest of Pick; in return it
// moves only when a call ends.
//
// Beyond busyGap the time between two calls counts a tenth. Otherwise a client
// with one call per second would have forgotten by the next who was slow, and
// would try it again and again.
type coarseClock struct {
	start time.Time
	moved atomic.Int64 // nanoseconds from start to the last tick that counted
	now   atomic.Int64 // nanoseconds that counted
}

// tick moves the clock and returns its time.
func (c *coarseClock) tick() int64 {
	last, real := c.moved.Load(), int64(time.Since(c.start))
	if gap := real - last; gap >= int64(tickLength) && c.moved.CompareAndSwap(last, real) {
		return c.now.Add(min(gap, int64(busyGap)+gap/10))
	}
	return c.now.Load()
}
