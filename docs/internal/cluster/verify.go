package cluster

import (
	"errors"
	"fmt"
	"time"

	"example.com/workshop/docs/internal/proc"
)

// endTime is how long a process that was killed or asked to stop may take to
// end: calls in progress may take five seconds, and a busy machine longer.
const endTime = 10 * time.Second

// Verify returns an error if a process is not in the expected state: if it has ended on
// its own, was killed or asked to stop and does not end within endTime, or did not stop
// in order. A signal that reaches no process would otherwise look like a fault that
// nobody noticed.
func (c *Cluster) Verify() error {
	for _, s := range c.servers {
		goes := s.State == Dead || s.State == Stopped
		switch {
		case !goes && over(s.process):
			return because("server "+s.Name+" has ended on its own", s.process.Err())
		case goes && !ends(s.process):
			return errors.New("server " + s.Name + " was to end and still runs")
		case s.State == Stopped && s.process.Err() != nil:
			return because("server "+s.Name+" did not stop in order", s.process.Err())
		}
	}
	for _, n := range c.Nodes() {
		switch {
		case !n.killed && over(n.process):
			return because("the registry's process "+n.Name+" has ended on its own", n.process.Err())
		case n.killed && !ends(n.process):
			return errors.New("the registry's process " + n.Name + " was to end and still runs")
		}
	}
	return nil
}

// ends waits for the end of a process, for endTime at most, and reports whether
// it came.
func ends(p *proc.Process) bool {
	select {
	case <-p.Done():
		return true
	case <-time.After(endTime):
		return false
	}
}

// because adds a reason, if there is one.
func because(text string, err error) error {
	if err == nil {
		return errors.New(text)
	}
	return fmt.Errorf("%s: %w", text, err)
}
