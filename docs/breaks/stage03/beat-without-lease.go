//go:build ignore

// Break: A beat needs only the id: any program that knows it renews the entry, even one whose lease
// has run out.
// Invariant: I2
// Seen: An old process that was thought dead renews the entry of its successor, which may itself be
// dead by then.
// From: Eureka's PUT /apps/NAME/ID and many registries since: a renewal needs nothing but an id
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
