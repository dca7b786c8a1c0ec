//go:build ignore

// Break: An instance that vanishes from the list is taken for dead, whether it said goodbye or not.
// Invariant: I2
// Seen: The registry is cut off from the servers for longer than a TTL. It evicts them all, and
// their clients close the connections to healthy servers.
// From: every client that believes its registry; Eureka, Nacos and Envoy have a threshold against
// it
// File: registry/hold.go
// Package tests: ./registry

package registry

func (w *holdWatcher) update(next Snapshot) {
	w.last = next
}
