package registry

import (
	"context"
	"time"
)

// How many may be late before a sweep evicts nobody. An instance is late when
// it has been silent for half its TTL, in which it should have beaten at least
// once. More of them at a time than this say that the registry is cut off
// rather than that the servers died, and they say it before the first of their
// leases has run out. The share is that of Eureka, which trusts itself while
// 85 % renew; the floor lets a small cluster evict; and for those that stay
// silent while others beat the doubt ends after some TTLs.
const (
	lateShare   = 15 // per cent of the instances
	lateFloor   = 3  // instances
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
// entry, which takes 2 ms of every second for MaxInstances (go test -bench Sweep
// ./registry). A queue ordered by expiry would spare that, and cost its upkeep
// at each of the 20,000 beats that so many instances send per second.
func (s *Store) sweep() {
	s.mu.Lock()
	s.elapsed, s.swept = s.clock(), time.Now()
	var out, evicted []*entry
	late, size := 0, s.size
	for _, instances := range s.services {
		for _, e := range instances {
			if e.expires-s.elapsed < e.TTL/2 {
				late++
			}
			if e.expires <= s.elapsed {
				out = append(out, e)
			}
		}
	}
	doubt := late > max(lateFloor, size*lateShare/100)
	for _, e := range out {
		silent := s.elapsed - e.expires + e.TTL
		if !doubt || late < size && silent >= doubtfulFor*e.TTL {
			s.remove(e.Service, e.Instance.ID)
			evicted = append(evicted, e)
		}
	}
	keep := len(out) > len(evicted)
	warn := keep && !s.wary
	s.wary = keep
	s.mu.Unlock()

	for _, e := range evicted {
		s.opts.Logger.Info("evicted", "service", e.Service, "id", e.Instance.ID, "addr", e.Addr, "ttl", e.TTL)
	}
	if warn {
		s.opts.Logger.Warn("many instances are silent together: keeping them, for the fault may be here", "silent", late, "of", size)
	}
}
