package registry

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"time"
)

// Lease is the right to be listed until TTL after the latest beat. Its ID
// tells one registration of an instance from the next.
type Lease struct {
	ID  string
	TTL time.Duration
}

// MinTTL is the shortest lease and MaxTTL the longest.
const MinTTL, MaxTTL = time.Second, 24 * time.Hour

// entry is an instance and its lease.
type entry struct {
	instance Instance
	lease    Lease
	expires  time.Duration // from when on the lease has run out, on the store's clock
}

// grant returns a lease of ttl, within MinTTL and the longest that the options
// allow, which is what 0 or less asks for. Its ID is the caller's own, which
// it can name even if it never gets the answer, or a new one if that is empty.
func (s *Store) grant(id string, ttl time.Duration) Lease {
	if ttl <= 0 || ttl > s.opts.TTL {
		ttl = s.opts.TTL
	}
	return Lease{ID: cmp.Or(id, rand.Text()), TTL: max(ttl, MinTTL)}
}

// Beat renews a lease for its TTL from now. It returns ErrNotFound when the id
// has no lease, another one, or one that has run out: a beat never brings back
// what has ended.
func (s *Store) Beat(service, id, lease string) (Lease, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(service, id, lease)
	if err != nil {
		return Lease{}, err
	}
	e.expires = s.clock.now() + e.lease.TTL
	return e.lease, nil
}

// find returns the entry of an id if this is its lease and has not run out,
// swept or not. Otherwise it returns ErrNotFound. s.mu is held.
func (s *Store) find(service, id, lease string) (*entry, error) {
	e := s.services[service][id]
	if e == nil || e.lease.ID != lease || e.expires <= s.clock.now() {
		return nil, notFound(service, id)
	}
	return e, nil
}

// grantable returns an error unless an instance may have this lease: a
// *RetryAfterError that wraps ErrTaken and names the Holder while its id has
// another lease, ErrNotFound if the lease was ended before it began. A lease that
// has run out is in nobody's way, swept or not. s.mu is held.
func (s *Store) grantable(in Instance, lease string) error {
	now := s.clock.now()
	if s.ended[lease] > now {
		return fmt.Errorf("%w: %s of %s has left", ErrNotFound, in.ID, in.Service)
	}
	e := s.services[in.Service][in.ID]
	if e == nil || e.lease.ID == lease || e.expires <= now {
		return nil
	}
	taken := &RetryAfterError{After: e.expires - now}
	taken.Err = fmt.Errorf("%w: %s of %s is %s for another %d s", ErrTaken, in.ID, in.Service, Holder(e.instance, in), taken.seconds())
	return taken
}
