package registry

import (
	"cmp"
	"crypto/rand"
	"log/slog"
	"time"
)

// Lease is the right to be listed until TTL after the latest beat. Its ID
// tells one registration of an instance from the next.
type Lease struct {
	ID  string
	TTL time.Duration
}

// MinTTL is the shortest lease.
const MinTTL = time.Second

// Options say how a store treats leases. Zero values mean the defaults.
type Options struct {
	TTL    time.Duration // the longest lease that is granted; default 15 s
	Sweep  time.Duration // between two looks for leases that ran out; default 1 s
	Logger *slog.Logger  // for evictions; default slog.Default()
}

func (o Options) withDefaults() Options {
	if o.TTL == 0 {
		o.TTL = 15 * time.Second
	}
	if o.Sweep == 0 {
		o.Sweep = time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}

// grant returns a lease of ttl, within bounds, under the ID that the caller
// chose. An ID of one's own lets a caller who never got the answer name its
// lease all the same.
func (s *Store) grant(id string, ttl time.Duration) Lease {
	if ttl <= 0 || ttl > s.opts.TTL {
		ttl = s.opts.TTL
	}
	return Lease{ID: cmp.Or(id, rand.Text()), TTL: max(ttl, MinTTL)}
}

// Beat renews the lease of an instance for its TTL from now. Unless lease is
// empty it must be the one that the instance has. Otherwise Beat returns
// ErrNotFound: a beat never brings back what has ended.
func (s *Store) Beat(service, id, lease string) (Lease, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(service, id, lease)
	if err != nil {
		return Lease{}, err
	}
	e.expires = s.clock() + e.TTL
	return e.Lease, nil
}

// clock returns the time that leases run on. It stands still while a sweep is
// overdue: when the whole registry was stalled, so that nobody could beat, no
// lease grows older for it.
func (s *Store) clock() time.Duration {
	return s.elapsed + min(time.Since(s.swept), s.opts.Sweep)
}
