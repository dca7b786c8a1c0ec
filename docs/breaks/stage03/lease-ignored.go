//go:build ignore

// Break: An entry is found by its service and id, whatever lease the request names.
// Invariant: I2
// Seen: A server that was replaced stops at last, deregisters, and thereby takes its successor off
// the list.
// From: registries in which an id is the only proof of ownership
// File: registry/store_lease.go
// Package tests: ./registry

package registry

func (s *Store) find(service, id, lease string) (*entry, error) {
	e := s.services[service][id]
	if e == nil || e.expires <= s.clock.now() {
		return nil, notFound(service, id)
	}
	return e, nil
}
