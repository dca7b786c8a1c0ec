package registry

import (
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// state is a service at one revision, which is the number of its latest
// change; there is one count for the whole store. Whoever asks at that revision
// gets the same state, so the work on it is done once.
type state struct {
	revision uint64
	changed  chan struct{} // closed by the next change
	list     []Instance    // nil until somebody asks
	sorted   sync.Once
	encode   func() ([]byte, error) // the list and the end of its answer in JSON; the first call does the work
}

func newState(revision uint64, changed chan struct{}) *state {
	st := &state{revision: revision, changed: changed}
	st.encode = sync.OnceValues(func() ([]byte, error) {
		text, err := json.Marshal(st.list)
		return append(text, "}\n"...), err
	})
	return st
}

// epoch returns the first revision of a store that starts now. It is never 0,
// and it is beyond those of the store that ran here before, so that a revision
// from before a restart is not taken for one of now.
func epoch() uint64 { return uint64(time.Now().UnixMicro()) }

// touch gives a service, which has just changed, the next revision. The
// services that are not there share one state, or else asking for names at
// random would fill the memory.
func (s *Store) touch(service string) {
	s.revision++
	before := s.states[service]
	if before == nil { // it is new: wake who waits for any of the others
		before, s.none = s.none, newState(s.none.revision, make(chan struct{}))
	}
	if s.services[service] != nil {
		s.states[service] = newState(s.revision, make(chan struct{}))
	} else {
		delete(s.states, service)
		s.none = newState(s.revision, s.none.changed)
	}
	close(before.changed)
}

// state returns a service as it is now.
func (s *Store) state(service string) *state {
	s.mu.Lock()
	st := s.states[service]
	if st == nil {
		st = s.none
	}
	if st.list == nil {
		st.list = s.list(service)
	}
	s.mu.Unlock()
	st.sorted.Do(func() { slices.SortFunc(st.list, byID) })
	return st
}

// snapshot returns the state as its watchers get it.
func (st *state) snapshot(service string) Snapshot {
	return Snapshot{Service: service, Revision: st.revision, Instances: st.list, Synced: time.Now()}
}
