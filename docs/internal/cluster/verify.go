package cluster

import (
	"errors"
	"fmt"
)

// Verify returns an error if a process is not as it was left: if it has ended on
// its own, was killed or asked to stop and still runs, or did not stop in order. A signal that hits nobody would otherwise look like a fault
// that nobody noticed.
func (c *Cluster) Verify() error {
	for _, s := range c.servers {
		goes := s.State == Dead || s.State == Stopped
		err := s.process.Err()
		switch ended := over(s.process); {
		case ended && !goes:
			return because("server "+s.Name+" has ended on its own", err)
		case !ended && goes:
			return errors.New("server " + s.Name + " was to end and still runs")
		case s.State == Stopped && err != nil:
			return because("server "+s.Name+" did not stop in order", err)
		}
	}
	for _, n := range c.Nodes() {
		switch ended := over(n.process); {
		case ended && !n.killed:
			return because("the registry's process "+n.Name+" has ended on its own", n.process.Err())
		case !ended && n.killed:
			return errors.New("the registry's process " + n.Name + " was to end and still runs")
		}
	}
	return nil
}

// because adds a reason, if there is one.
func because(text string, err error) error {
	if err == nil {
		return errors.New(text)
	}
	return fmt.Errorf("%s: %w", text, err)
}
