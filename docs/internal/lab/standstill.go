package lab

import (
	"fmt"
	"time"
)

// standstill is how late a frame must be for the page to say that the lab stood still. A
// busy machine does not delay a frame for so long.
const standstill = 2 * time.Second

// wallClock is the system's time. It goes on while the machine sleeps; the clock with
// which Go measures durations may not.
func wallClock() time.Time { return time.Now().Round(0) }

// stoodStill reports that the lab stood still if the frame after the one made at last is
// made at now, much too late. Its own clock may have stood still too, so it uses the wall
// clock.
func (l *Lab) stoodStill(last, now time.Time) {
	late := now.Sub(last) - frameEvery
	if late < standstill {
		return
	}
	l.event(-1, "standstill", fmt.Sprintf("the lab stood still for %v, from %s to %s: the machine slept, the lab's process was stopped, or somebody set the clock",
		late.Round(100*time.Millisecond), last.Format(time.TimeOnly), now.Format(time.TimeOnly)))
}
