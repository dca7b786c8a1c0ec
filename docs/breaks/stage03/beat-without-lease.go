//go:build ignore

// Break: A beat needs the id alone: whoever knows it renews the entry, and one that has run out
// comes back.
// Invariant: I2
// Seen: An old process that was thought dead keeps the entry of its successor alive, at an address
// where the successor no longer is.
// From: Eureka's PUT /apps/NAME/ID and most registries since: an id is all that a renewal takes
// File: registry/store_lease.go
// Package tests: ./registry

package registry

func (s *Store) Beat(service, id, lease string) (Lease, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.services[service][id]
	if e == nil {
		return Lease{}, notFound(service, id)
	}
	e.expires = s.clock.now() + e.lease.TTL
	return e.lease, nil
}
