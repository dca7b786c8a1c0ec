package registry

import "time"

// states holds the services of a store, as their watchers get them.
type states struct {
	revision uint64            // of the latest change; the whole store has one counter
	known    map[string]*state // of the services that have instances
	none     absent            // the states of all others
}

// newStates returns the states of an empty store. Its first revision is never 0, and is
// above all revisions from before a restart, so that an old revision is not taken for a
// current one.
func newStates() states {
	first := uint64(time.Now().UnixMicro())
	return states{revision: first, known: make(map[string]*state), none: newAbsent(first)}
}

// state is a service at one revision, which is the number of its latest change. All
// requests at that revision get the same state, so the work on it is done once.
type state struct {
	revision uint64
	changed  chan struct{} // closed by the next change
	list     []Instance    // nil until the first request
	shared   shared        // the work on the list that requests share
}

// touch gives a service that has just changed the next revision, and wakes the requests
// that wait for it. s.mu is held.
func (s *Store) touch(service string) {
	all := &s.states
	all.revision++
	before := all.known[service]
	if before == nil {
		before = all.none.appears(service)
	}
	if s.services[service] != nil {
		all.known[service] = &state{revision: all.revision, changed: make(chan struct{})}
	} else {
		delete(all.known, service)
		all.none.vanishes(service, all.revision)
	}
	close(before.changed)
}

// state returns a service as it is now.
func (s *Store) state(service string) *state {
	s.mu.Lock()
	st := s.states.known[service]
	if st == nil {
		st = *s.states.none.of(service)
	}
	if st.list == nil {
		st.list, st.shared.size = s.list(service), s.used[service]
	}
	s.mu.Unlock()
	st.sort()
	return st
}
