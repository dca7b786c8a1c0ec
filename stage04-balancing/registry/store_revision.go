package registry

import "time"

// states are the services of a store as their watchers get them.
type states struct {
	revision uint64            // of the latest change; there is one count for the whole store
	known    map[string]*state // of the services that have instances
	none     absent            // of all others
}

// newStates returns the states of a store that is empty. Its first revision is
// never 0, and is beyond those of the store that ran here before, so that a
// revision from before a restart is not taken for one of now.
func newStates() states {
	first := uint64(time.Now().UnixMicro())
	return states{revision: first, known: make(map[string]*state), none: newAbsent(first)}
}

// state is a service at one revision, which is the number of its latest change.
// Whoever asks at that revision gets the same state, so the work on it is done once.
type state struct {
	revision uint64
	changed  chan struct{} // closed by the next change
	list     []Instance    // nil until somebody asks
	shared   shared        // what has been done with the list
}

// touch gives a service, which has just changed, the next revision, and wakes
// who waits for that. s.mu is held.
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
