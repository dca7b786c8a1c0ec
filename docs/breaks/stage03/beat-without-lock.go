//go:build ignore

// Break: A beat changes the entry without the lock that all other requests take.
// Invariant: I1
// Seen: Under load the registry dies with "concurrent map read and map write"; with less luck a
// sweep removes an entry whose beat has just arrived.
// From: the tutorials' registries: a map that HTTP handlers and a sweeper share
// File: registry/store_lease.go
// Package tests: ./registry

package registry

func (s *Store) Beat(service, id, lease string) (Lease, error) {
	e, err := s.find(service, id, lease)
	if err != nil {
		return Lease{}, err
	}
	e.expires = s.clock.now() + e.lease.TTL
	return e.lease, nil
}
