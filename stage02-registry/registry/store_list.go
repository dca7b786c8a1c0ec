package registry

import (
	"cmp"
	"maps"
	"slices"
)

// Instances returns the instances of a service, sorted by id. If there are none, the list
// is empty. The caller owns the list and everything in it.
func (s *Store) Instances(service string) []Instance {
	s.mu.Lock()
	list := s.list(service)
	s.mu.Unlock()
	return finish(list)
}

// Services returns the instances of every service, each list as Instances returns it.
func (s *Store) Services() map[string][]Instance {
	s.mu.Lock()
	all := make(map[string][]Instance, len(s.services))
	for service := range s.services {
		all[service] = s.list(service)
	}
	s.mu.Unlock()
	for _, list := range all {
		finish(list)
	}
	return all
}

// list returns the instances of a service in any order, with the store's own metadata
// maps. If there are none, the list is empty, not nil. s.mu is held.
func (s *Store) list(service string) []Instance {
	list := make([]Instance, 0, len(s.services[service]))
	for _, in := range s.services[service] {
		list = append(list, in)
	}
	return list
}

// finish sorts a list by id and copies its metadata. It needs no lock.
func finish(list []Instance) []Instance {
	slices.SortFunc(list, byID)
	for i, in := range list {
		list[i].Metadata = maps.Clone(in.Metadata)
	}
	return list
}

func byID(a, b Instance) int { return cmp.Compare(a.ID, b.ID) }
