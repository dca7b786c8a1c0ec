// Package registry tells callers which instances of a service there are. The one rule: an
// entry belongs to one instance of one service, and only a request that names its lease
// renews, moves or removes it.
package registry

import (
	"reflect"
	"sync"
	"time"
)

// Store holds the instances in memory. One process uses it directly, several share it
// through Handler. Its methods may be called from any goroutine.
type Store struct {
	opts Options

	mu       sync.Mutex // guards the fields below
	services map[string]map[string]*entry
	used     usage                    // the room that the instances take
	clock    clock                    // the clock of the leases
	ended    map[string]time.Duration // by lease ID: no such lease is granted before this time
	peers    peers                    // who registered what
	states   states                   // what the watchers of each service get
}

// NewStore returns an empty store.
func NewStore(opts Options) *Store {
	opts = opts.withDefaults()
	return &Store{
		opts:     opts,
		services: make(map[string]map[string]*entry),
		used:     make(usage),
		clock:    newClock(opts.Sweep),
		ended:    make(map[string]time.Duration),
		peers:    newPeers(),
		states:   newStates(),
	}
}

// Put adds an instance, or replaces the one with the same service and id, and grants a
// lease. lease is the ID of a new lease or of the one that the instance has; if it is
// empty, Put makes an ID. A ttl of 0 asks for the longest lease. Put returns a
// *FieldError for an instance that is out of bounds, ErrTaken while the id has another
// lease, ErrNotFound if this lease was ended before it began, and ErrFull if s.used has
// no room for the instance. A replacement needs room only for what it takes beyond the
// replaced one.
func (s *Store) Put(in Instance, lease string, ttl time.Duration) (Lease, error) {
	in = in.WithDefaults()
	if err := in.Validate(); err != nil {
		return Lease{}, err
	}
	more := sizeOf(in)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.grantable(in, lease); err != nil {
		return Lease{}, err
	}
	old, known := s.services[in.Service][in.ID]
	if known {
		more = more.minus(sizeOf(old.instance))
	}
	if err := s.used.add(in.Service, more); err != nil {
		return Lease{}, err
	}
	if s.services[in.Service] == nil {
		s.services[in.Service] = make(map[string]*entry)
	}
	granted := s.grant(lease, ttl)
	s.services[in.Service][in.ID] = &entry{instance: in, lease: granted, expires: s.clock.now() + granted.TTL}
	if !known || !reflect.DeepEqual(old.instance, in) {
		s.touch(in.Service)
	}
	return granted, nil
}

// Delete removes the instance that has this lease, run out or not, or returns ErrNotFound.
// In both cases it records for Options.TTL that the lease has ended, for at most
// MaxInstances leases.
func (s *Store) Delete(service, id, lease string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if lease != "" && len(s.ended) < MaxInstances { // its registration, or a copy of it, may still arrive
		s.ended[lease] = s.clock.now() + s.opts.TTL
	}
	if e := s.services[service][id]; e == nil || e.lease.ID != lease {
		return notFound(service, id)
	}
	s.remove(service, id)
	return nil
}

// remove takes an existing entry off the list, and its service after the last entry. s.mu
// is held.
func (s *Store) remove(service, id string) {
	s.used.free(service, sizeOf(s.services[service][id].instance))
	s.peers.forget(service, id)
	delete(s.services[service], id)
	if len(s.services[service]) == 0 {
		delete(s.services, service)
	}
	s.touch(service)
}
