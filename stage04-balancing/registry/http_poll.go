package registry

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// maxWait is the longest that a long poll may ask to wait.
const maxWait = 5 * time.Minute

// poll responds at once, or, asked with the revision that the caller has, when
// there is another. After wait, with a little jitter so that those who were
// woken together do not come back together, it responds with what there is.
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
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(wait + 10*time.Second)) // the server's own is too soon
	st := s.await(r.Context(), name, revision, wait)
	instances, err := st.encode()
	if err != nil {
		fail(w, err)
		return
	}
	head := fmt.Appendf(nil, `{"revision":%d,"instances":`, st.revision)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(head)+len(instances)))
	w.Write(head)
	w.Write(instances)
}

// await returns the state of a service once its revision is another than the
// caller's. When wait is over before that, or ctx ends, it returns the state as
// it is then.
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

// pollQuery returns what a poll asks for: the revision that its caller has, 0 for
// none, and how long to wait for another one. A value that cannot be read, or a
// wait below zero or above maxWait, is a *FieldError.
func pollQuery(r *http.Request) (revision uint64, wait time.Duration, err error) {
	query := r.URL.Query()
	if text := query.Get("revision"); text != "" {
		if revision, err = strconv.ParseUint(text, 10, 64); err != nil {
			return 0, 0, &FieldError{"revision", fmt.Sprintf("%q is not a whole number", text)}
		}
	}
	if text := query.Get("wait"); text != "" {
		wait, err = time.ParseDuration(text)
		if err != nil || wait < 0 || wait > maxWait {
			return 0, 0, &FieldError{"wait", fmt.Sprintf("%q is not a duration of at most %v", text, maxWait)}
		}
	}
	return revision, wait, nil
}
