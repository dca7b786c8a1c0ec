// Package standstill tells whether this machine, or this process, stood still for a while.
// What was measured meanwhile says nothing about the programs that were measured.
package standstill

import "time"

// every is how often Watch looks.
const every = 20 * time.Millisecond

// Watch begins to watch. end ends that, and returns for how long nothing ran at most.
// It must be called once.
func Watch() (end func() time.Duration) {
	stop, longest := make(chan struct{}), make(chan time.Duration)
	go func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		most, last := time.Duration(0), time.Now()
		for {
			select {
			case <-ticker.C:
				most, last = max(most, time.Since(last)-every), time.Now()
			case <-stop:
				longest <- max(0, most, time.Since(last)-every)
				return
			}
		}
	}()
	return func() time.Duration {
		close(stop)
		return <-longest
	}
}
