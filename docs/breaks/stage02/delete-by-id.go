//go:build ignore

// Break: A deregistration looks at the id alone, not at who asks.
// Invariant: I1
// Seen: A server is replaced by a new one under its id; when the old one stops, it takes the new
// one off the list, and callers find no server.
// From: DELETE /services/ID without an owner, as in many simple registries
// File: registry/store.go
// Package tests: ./registry

package registry

func (s *Store) Delete(service, id, addr string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.services[service][id]; !known {
		return notFound(service, id)
	}
	s.remove(service, id)
	return nil
}
