//go:build ignore

// Break: A beat renews a lease for twice its TTL.
// Invariant: I1
// Seen: A dead server stays listed for twice as long as its operator has configured, and it
// is hard to find out why.
// From: Eureka: Lease.renew adds the duration, and isExpired adds it again. Its source says so,
// and that this will not be fixed
// File: registry/store_lease.go
// Package tests: ./registry

package registry

func (s *Store) Beat(service, id, lease string) (Lease, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(service, id, lease)
	if err != nil {
		return Lease{}, err
	}
	e.expires = s.clock.now() + 2*e.lease.TTL
	return e.lease, nil
}
