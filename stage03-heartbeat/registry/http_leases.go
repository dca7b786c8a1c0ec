package registry

import (
	"cmp"
	"net/http"
	"slices"
)

// leaseStatus is a lease as GET /leases shows it. It leaves the lease's ID out, since
// whoever knows the ID may end the lease.
type leaseStatus struct {
	Service string  `json:"service"`
	ID      string  `json:"id"` // of the instance
	Addr    string  `json:"addr"`
	TTL     jsonTTL `json:"ttl"`
	Age     int64   `json:"age_ms"` // since the latest beat
	Late    bool    `json:"late"`   // the latest beat is half a TTL ago, in which there should have been another
}

// leases responds with the lease of every instance on the list, sorted by
// service and id; none is an empty list.
func (s *Store) leases(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	now, all := s.clock.now(), make([]leaseStatus, 0, s.used[""].instances)
	for _, instances := range s.services {
		for _, e := range instances {
			in, ttl := e.instance, e.lease.TTL
			age := now - (e.expires - ttl)
			all = append(all, leaseStatus{in.Service, in.ID, in.Addr, jsonTTL(ttl), age.Milliseconds(), age >= ttl/2})
		}
	}
	s.mu.Unlock()
	slices.SortFunc(all, func(a, b leaseStatus) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.ID, b.ID))
	})
	respondList(w, all)
}
