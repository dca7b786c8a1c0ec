package registry

import (
	"context"
	"time"
)

// What a sweep may evict at once. More leases than that running out together
// say that the registry is cut off rather than that the servers died, so they
// are kept. The share is that of Eureka, which renews its trust at 85 %; the
// floor lets a small cluster evict; and for what stays silent while others
// beat the doubt ends after some TTLs.
const (
	evictShare  = 15 // per cent of the instances
	evictFloor  = 3  // instances
	doubtfulFor = 10 // TTLs since the latest beat
)

// Run sweeps until ctx ends. Without it no lease runs out.
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

// sweep evicts the instances whose leases have run out. It looks at every
// entry: BenchmarkSweep puts that at a few milliseconds for MaxInstances, once
// per second, which a queue ordered by expiry would not repay.
func (s *Store) sweep() {
	s.mu.Lock()
	s.elapsed, s.swept = s.clock(), time.Now()
	var out []*entry
	for _, instances := range s.services {
		for _, e := range instances {
			if e.expires <= s.elapsed {
				out = append(out, e)
			}
		}
	}
	size := s.size
	doubt := len(out) > max(evictFloor, size*evictShare/100)
	evicted := out[:0:0]
	for _, e := range out {
		silent := s.elapsed - e.expires + e.TTL
		if !doubt || len(out) < size && silent >= doubtfulFor*e.TTL {
			s.remove(e.Service, e.Instance.ID)
			evicted = append(evicted, e)
		}
	}
	warn := doubt && !s.wary
	s.wary = doubt
	s.mu.Unlock()

	for _, e := range evicted {
		s.opts.Logger.Info("evicted", "service", e.Service, "id", e.Instance.ID, "addr", e.Addr, "ttl", e.TTL)
	}
	if warn {
		s.opts.Logger.Warn("many leases ran out together: keeping them, for the fault may be here", "out", len(out), "of", size)
	}
}
