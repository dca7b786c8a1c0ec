// Package registry tells callers which instances of a service there are. The
// one rule: an entry belongs to one instance of one service, and only that
// instance's own registration renews it, moves it or takes it away.
package registry

import (
	"errors"
	"fmt"
	"sync"
	"time"
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
	opts Options

	mu       sync.Mutex // guards the fields below
	services map[string]map[string]*entry
	size     int           // entries in all services
	elapsed  time.Duration // the leases' clock at the latest sweep
	swept    time.Time     // when that was
	wary     bool          // the latest sweep kept leases that had run out
}

// entry is an instance and its lease.
type entry struct {
	Instance
	Lease
	expires time.Duration // on the leases' clock
}

// NewStore returns an empty store.
func NewStore(opts Options) *Store {
	return &Store{opts: opts.withDefaults(), services: make(map[string]map[string]*entry), swept: time.Now()}
}

// Put adds an instance, or replaces it, and grants a lease of ttl, or of the
// longest that the store grants when ttl is 0 or more than that. lease is the
// lease's ID, or empty to have one made. Put returns a *FieldError for an
// instance that is out of bounds, ErrTaken when another address holds the id
// under another lease, and ErrFull.
func (s *Store) Put(in Instance, lease string, ttl time.Duration) (Lease, error) {
	in = in.WithDefaults()
	if err := in.Validate(); err != nil {
		return Lease{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old, known := s.services[in.Service][in.ID]
	switch {
	case !known:
		if err := s.room(in.Service); err != nil {
			return Lease{}, err
		}
		s.size++
	case old.Addr != in.Addr && old.Lease.ID != lease:
		return Lease{}, fmt.Errorf("%w: %s of %s is %s", ErrTaken, in.ID, in.Service, old.Addr)
	}
	if s.services[in.Service] == nil {
		s.services[in.Service] = make(map[string]*entry)
	}
	granted := s.grant(lease, ttl)
	s.services[in.Service][in.ID] = &entry{Instance: in, Lease: granted, expires: s.clock() + granted.TTL}
	return granted, nil
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

// Delete removes an instance. Unless lease is empty it must be the one that
// the instance has. Otherwise Delete returns ErrNotFound and removes nothing.
func (s *Store) Delete(service, id, lease string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.find(service, id, lease); err != nil {
		return err
	}
	s.remove(service, id)
	return nil
}

func (s *Store) find(service, id, lease string) (*entry, error) {
	e := s.services[service][id]
	if e == nil || lease != "" && lease != e.Lease.ID {
		return nil, fmt.Errorf("%w: %s of %s", ErrNotFound, id, service)
	}
	return e, nil
}

func (s *Store) remove(service, id string) {
	s.size--
	delete(s.services[service], id)
	if len(s.services[service]) == 0 {
		delete(s.services, service)
	}
}
