package registry

import (
	"context"
	"maps"
	"time"
)

// Run sweeps once every Options.Sweep until ctx ends. Without Run no lease runs out.
func (s *Store) Run(ctx context.Context) {
	ticker := time.NewTicker(s.opts.Sweep)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.sweep()
		case <-ctx.Done():
			return
		}
	}
}

// sweep tells the clock that the registry runs (tick), evicts (remove) every instance whose
// lease has run out, and deletes each lease from s.ended whose time is over. After it has
// released the lock, it logs "evicted" to s.opts.Logger for each of these instances, with
// service, id, addr and ttl. It looks at every entry (go test -bench Sweep ./registry).
func (s *Store) sweep() {
	s.mu.Lock()
	s.clock.tick()
	now := s.clock.now()
	var evicted []*entry
	for _, instances := range s.services {
		for _, e := range instances {
			if e.expires <= now {
				s.remove(e.instance.Service, e.instance.ID)
				evicted = append(evicted, e)
			}
		}
	}
	maps.DeleteFunc(s.ended, func(_ string, until time.Duration) bool { return until <= now })
	s.mu.Unlock()

	for _, e := range evicted {
		in := e.instance
		s.opts.Logger.Info("evicted", "service", in.Service, "id", in.ID, "addr", in.Addr, "ttl", e.lease.TTL)
	}
}
