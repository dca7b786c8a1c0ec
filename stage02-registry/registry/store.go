// Package registry tells callers which instances of a service there are. The
// one rule: an entry belongs to one instance of one service, so that instances
// of the same service stand beside each other.
package registry

import (
	"errors"
	"fmt"
	"sync"
)

// What a store answers besides a *FieldError. The HTTP API and its Client
// carry the same errors across the wire.
var (
	ErrNotFound = errors.New("not registered")
	ErrTaken    = errors.New("id is taken")
	ErrFull     = errors.New("too many instances")
)

// How many instances a store holds, and how many of one service.
const (
	MaxInstances        = 100_000
	MaxServiceInstances = 10_000
)

// Store holds the instances in memory. It serves one process as it is, and
// many behind Handler. Its methods may be called from any goroutine.
type Store struct {
	mu       sync.Mutex // guards the fields below
	services map[string]map[string]Instance
	size     int // instances of all services
}

// NewStore returns an empty store.
func NewStore() *Store {
	return &Store{services: make(map[string]map[string]Instance)}
}

// Put adds an instance, or replaces it. It returns a *FieldError for an
// instance that is out of bounds, ErrTaken when another address holds the id,
// and ErrFull.
func (s *Store) Put(in Instance) error {
	in = in.WithDefaults()
	if err := in.Validate(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old, known := s.services[in.Service][in.ID]
	switch {
	case !known:
		if err := s.room(in.Service); err != nil {
			return err
		}
		s.size++
	case old.Addr != in.Addr:
		return fmt.Errorf("%w: %s of %s is %s", ErrTaken, in.ID, in.Service, old.Addr)
	}
	if s.services[in.Service] == nil {
		s.services[in.Service] = make(map[string]Instance)
	}
	s.services[in.Service][in.ID] = in
	return nil
}

// room returns ErrFull when no other instance of the service may be added.
func (s *Store) room(service string) error {
	if s.size >= MaxInstances {
		return fmt.Errorf("%w: the registry holds %d", ErrFull, MaxInstances)
	}
	if len(s.services[service]) >= MaxServiceInstances {
		return fmt.Errorf("%w: %s has %d", ErrFull, service, MaxServiceInstances)
	}
	return nil
}

// Delete removes an instance. It returns ErrNotFound when there is none.
func (s *Store) Delete(service, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.services[service][id]; !known {
		return fmt.Errorf("%w: %s of %s", ErrNotFound, id, service)
	}
	s.remove(service, id)
	return nil
}

func (s *Store) remove(service, id string) {
	s.size--
	delete(s.services[service], id)
	if len(s.services[service]) == 0 {
		delete(s.services, service)
	}
}
