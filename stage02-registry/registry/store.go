// Package registry tells callers which instances of a service there are. The
// one rule: an entry belongs to one instance of one service, so that instances
// of the same service stand beside each other.
package registry

import "sync"

// Store holds the instances in memory. It serves one process as it is, and
// many behind Handler. Its methods may be called from any goroutine.
type Store struct {
	opts Options

	mu       sync.Mutex // guards the fields below
	services map[string]map[string]Instance
	used     usage // the room that they take
}

// NewStore returns an empty store.
func NewStore(opts Options) *Store {
	opts = opts.withDefaults()
	return &Store{
		opts:     opts,
		services: make(map[string]map[string]Instance),
		used:     make(usage),
	}
}

// Put adds an instance, or replaces the one of its service that has its id, and
// returns the address of the latter if that was another. It fills in the defaults
// first, returns a *FieldError for an instance that is not valid then, and ErrFull
// when s.used has no room for what it takes, or takes more than the one it replaces.
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

// Delete removes an instance. Unless addr is empty it must be the address of
// that instance. Otherwise Delete removes nothing, and returns what notFound does.
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

// remove takes an entry that exists off the list, and its service with the last
// one. s.mu is held.
func (s *Store) remove(service, id string) {
	s.used.free(service, sizeOf(s.services[service][id]))
	delete(s.services[service], id)
	if len(s.services[service]) == 0 {
		delete(s.services, service)
	}
}
