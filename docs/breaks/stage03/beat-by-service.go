//go:build ignore

// Break: A beat names the service and renews every entry under that name.
// Invariant: I1
// Seen: As long as one server of a service is alive, its dead servers never leave the list.
// From: /heartbeat?name=… in the tutorials
// File: registry/store_lease.go
// Package tests: ./registry

package registry

func (s *Store) Beat(service, id, lease string) (Lease, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.services[service] {
		e.expires = s.clock.now() + e.lease.TTL
	}
	e := s.services[service][id]
	if e == nil {
		return Lease{}, notFound(service, id)
	}
	return e.lease, nil
}
