package registry

import (
	"context"
	"math/rand/v2"
	"net/http"
	"time"
)

// maxWait is the longest that a long poll may ask to wait.
const maxWait = 5 * time.Minute

// poll responds at once to a request without a revision. Otherwise it responds when the
// service has another revision, or with the current state after wait. A little jitter is
// added to wait, so that clients that were woken together do not come back together.
func (s *Store) poll(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	revision, wait, err := pollQuery(r)
	if err == nil {
		err = ValidService(name)
	}
	if err != nil {
		fail(w, err)
		return
	}
	wait += rand.N(wait/16 + 1)
	st := s.await(r.Context(), name, revision, wait)
	defer s.answering(w, st, st.bytes(), answerTime)() // the server's own time began with the request
	st.respond(w)
}

// await returns the state of a service once its revision differs from the caller's. If
// wait is over or ctx ends before that, it returns the state as it is then.
func (s *Store) await(ctx context.Context, service string, revision uint64, wait time.Duration) *state {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		st := s.state(service)
		if st.revision != revision {
			return st
		}
		select {
		case <-st.changed:
		case <-timer.C:
			return st
		case <-ctx.Done():
			return st
		}
	}
}
