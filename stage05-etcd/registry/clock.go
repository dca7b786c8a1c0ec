package registry

import "time"

// clock is the time by which leases run out. It follows real time as long as tick is
// called once per interval. If a tick is overdue, the whole registry was suspended or
// stalled, and no heartbeat could arrive. So the clock stands still until the tick comes.
// The interval is at least a tenth of a second. With a shorter one, the clock would be
// slow whenever a tick takes longer than the interval.
type clock struct {
	interval time.Duration // between two ticks, at least a tenth of a second
	elapsed  time.Duration // the clock's time at the latest tick
	ticked   time.Time     // when the latest tick was
}

func newClock(interval time.Duration) clock {
	return clock{interval: max(interval, 100*time.Millisecond), ticked: time.Now()}
}

// now returns the time since the clock was made, without the time in which it stood
// still. That is at most one interval more than at the latest tick.
func (c *clock) now() time.Duration {
	return c.elapsed + min(time.Since(c.ticked), c.interval)
}

// tick tells the clock that the registry is running.
func (c *clock) tick() { c.elapsed, c.ticked = c.now(), time.Now() }
