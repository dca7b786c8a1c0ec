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
	expires  time.Duration // when the lease runs out, on the store's clock
}

// grant returns a lease of ttl, but of MinTTL at least and of Options.TTL at most. A ttl
// of 0 or less asks for the most. The lease's ID is id, or a new one if id is empty. A
// caller that chose the ID can name the lease even if it never gets the response.
func (s *Store) grant(id string, ttl time.Duration) Lease {
	if ttl <= 0 || ttl > s.opts.TTL {
		ttl = s.opts.TTL
	}
	return Lease{ID: cmp.Or(id, rand.Text()), TTL: max(ttl, MinTTL)}
}

// Beat renews a lease for its TTL from now, and returns it. It returns ErrNotFound if the
// id has no lease, another lease, or one that has run out. A beat never brings back a
// lease that has ended.
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

// find returns the entry of an id if it has this lease and the lease has not run out.
// Otherwise it returns ErrNotFound, also if a lease has run out and the entry is not
// swept yet. s.mu is held.
func (s *Store) find(service, id, lease string) (*entry, error) {
	e := s.services[service][id]
	if e == nil || e.lease.ID != lease || e.expires <= s.clock.now() {
		return nil, notFound(service, id)
	}
	return e, nil
}

// grantable returns nil if an instance may have this lease. While the id has another
// lease, the error is a *RetryAfterError that wraps ErrTaken and names the Holder. If a
// deregistration of this lease came first, the error is ErrNotFound. A lease that has run out
// does not count, swept or not. s.mu is held.
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
