//go:build ignore

// Break: The map is written without the lock that its readers take.
// Invariant: I1
// Seen: Under load the registry dies with "concurrent map read and map write"; with less luck it
// loses an entry and goes on.
// From: the tutorials' registries: a map that HTTP handlers and a sweeper share
// File: registry/store.go
// Package tests: ./registry
// Race: yes

package registry

func (s *Store) Put(in Instance) (replaced string, err error) {
	in = in.WithDefaults()
	if err := in.Validate(); err != nil {
		return "", err
	}
	more := sizeOf(in)
	old, known := s.services[in.Service][in.ID]
	if known {
		more = more.minus(sizeOf(old))
	}
	if err := s.used.add(in.Service, more); err != nil {
		return "", err
	}
	if s.services[in.Service] == nil {
		s.services[in.Service] = make(map[string]Instance)
	}
	s.services[in.Service][in.ID] = in
	if old.Addr == in.Addr {
		return "", nil
	}
	return old.Addr, nil
}
