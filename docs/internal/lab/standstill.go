package lab

import (
	"fmt"
	"time"
)

// standstill is how late a frame is at least for the page to say that the lab stood
// still: a busy machine does not delay one for so long.
const standstill = 2 * time.Second

// wallClock is the system's time. While the machine sleeps it goes on, and the one that
// Go measures durations with may not.
func wallClock() time.Time { return time.Now().Round(0) }

// stoodStill tells that the lab stood still, if the frame after one at last is made at
// now, which is much too late. Its own clock may have stood still too, so what it tells
// is by the clock on the wall.
func (l *Lab) stoodStill(last, now time.Time) {
	late := now.Sub(last) - frameEvery
	if late < standstill {
		return
	}
	l.event(-1, "standstill", fmt.Sprintf("the lab stood still for %v, from %s to %s: the machine slept, the lab's process was stopped, or somebody set the clock",
		late.Round(100*time.Millisecond), last.Format(time.TimeOnly), now.Format(time.TimeOnly)))
}
