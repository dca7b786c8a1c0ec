//go:build ignore

// Break: The clock of the leases goes on while the registry itself stands still.
// Invariant: I4
// Seen: The registry stands still for half a minute, as a virtual machine does that is paused, and
// the first sweep after that evicts all instances at once.
// From: if time.Since(lastBeat) > ttl, as many registries have it
// File: registry/clock.go
// Package tests: ./registry

package registry

func (c *clock) now() time.Duration {
	return c.elapsed + time.Since(c.ticked)
}
