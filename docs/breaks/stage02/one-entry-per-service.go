//go:build ignore

// Break: There is one entry per service: the second instance silently replaces the first.
// Invariant: I1
// Seen: Two servers run, and one gets all the calls. When that one stops politely, the service is
// gone although the other server is healthy.
// From: services[name] = addr in the tutorials' registries
// File: registry/store.go
// Package tests: ./registry

package registry

func (s *Store) Put(in Instance) (replaced string, err error) {
	in = in.WithDefaults()
	if err := in.Validate(); err != nil {
		return "", err
	}
	more := sizeOf(in)
	s.mu.Lock()
	defer s.mu.Unlock()
	old, known := s.services[in.Service][in.ID]
	if known {
		more = more.minus(sizeOf(old))
	}
	if err := s.used.add(in.Service, more); err != nil {
		return "", err
	}
	s.services[in.Service] = map[string]Instance{in.ID: in}
	if old.Addr == in.Addr {
		return "", nil
	}
	return old.Addr, nil
}
