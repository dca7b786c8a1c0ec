// Package registry tells callers which instances of a service there are. The one rule: an
// entry belongs to one instance of one service, so instances of the same service do not
// replace each other.
package registry

import "sync"

// Store holds the instances in memory. One process uses it directly, several share it
// through Handler. Its methods may be called from any goroutine.
type Store struct {
	opts Options

	mu       sync.Mutex // guards the fields below
	services map[string]map[string]Instance
	used     usage // the room that the instances take
}

// NewStore returns an empty store.
func NewStore(opts Options) *Store {
	return &Store{
		opts:     opts.withDefaults(),
		services: make(map[string]map[string]Instance),
		used:     make(usage),
	}
}

// Put adds an instance, or replaces the one with the same service and id. If the replaced
// one had another address, Put returns that, and otherwise "". It fills in the defaults
// first, and returns a *FieldError if the instance is not valid then. It returns ErrFull
// if s.used has no room for the instance. A replacement needs room only for what it takes
// beyond the replaced one.
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
	if s.services[in.Service] == nil {
		s.services[in.Service] = make(map[string]Instance)
	}
	s.services[in.Service][in.ID] = in
	if old.Addr == in.Addr {
		return "", nil
	}
	return old.Addr, nil
}

// Delete removes an instance. If addr is not empty, the instance must have that address.
// If there is no such instance, Delete returns what notFound returns.
func (s *Store) Delete(service, id, addr string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, known := s.services[service][id]
	if !known || addr != "" && addr != in.Addr {
		return notFound(service, id)
	}
	s.remove(service, id)
	return nil
}

// remove takes an existing entry off the list, and its service after the last entry. s.mu
// is held.
func (s *Store) remove(service, id string) {
	s.used.free(service, sizeOf(s.services[service][id]))
	delete(s.services[service], id)
	if len(s.services[service]) == 0 {
		delete(s.services, service)
	}
}
