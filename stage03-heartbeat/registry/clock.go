package registry

import "time"

// clock is the time that leases run on. It follows real time for as long as tick
// is called at every interval. When a tick is overdue, the whole registry was
// suspended or stalled and nobody could beat, so the clock stands still until
// the tick comes. No tick is overdue within a tenth of a second, or else a clock
// whose ticks take longer than they are apart would be slow.
type clock struct {
	interval time.Duration // between two ticks, or a tenth of a second
	elapsed  time.Duration // at the latest tick
	ticked   time.Time     // when the latest tick was
}

func newClock(interval time.Duration) clock {
	return clock{interval: max(interval, 100*time.Millisecond), ticked: time.Now()}
}

// now returns the time since the clock was made, without standstills: at most one
// interval more than at the latest tick.
func (c *clock) now() time.Duration {
	return c.elapsed + min(time.Since(c.ticked), c.interval)
}

// tick tells the clock that the registry is running.
func (c *clock) tick() { c.elapsed, c.ticked = c.now(), time.Now() }
