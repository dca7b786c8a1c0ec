//go:build ignore

// Break: A deregistration of a lease that the registry does not know leaves no trace.
// Invariant: I3
// Seen: A registration that was delayed on its way arrives after its own deregistration, and is
// listed: an entry without a server, until its lease runs out.
// From: registries that take the order in which requests arrive for the order in which they were
// sent
// File: registry/store.go
// Package tests: ./registry

package registry

func (s *Store) Delete(service, id, lease string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.services[service][id]; e == nil || e.lease.ID != lease {
		return notFound(service, id)
	}
	s.remove(service, id)
	return nil
}
