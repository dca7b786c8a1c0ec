package registry

import (
	"net/http"
	"strconv"
)

// pollRetryAfter is how many seconds a client should wait if there was no room for its
// long poll.
const pollRetryAfter = 5

// limited returns poll with a bound on the requests that wait. If there is no room, a
// request that would wait gets 503 and Retry-After. A request that is answered at once
// needs no room.
func (s *Store) limited(poll http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		revision, wait, err := pollQuery(r)
		if err != nil || wait == 0 || s.state(r.PathValue("name")).revision != revision {
			poll(w, r)
			return
		}
		select {
		case s.peers.polls <- struct{}{}:
			defer func() { <-s.peers.polls }()
			if keep, ok := r.Context().Value(keepKey{}).(func()); ok {
				keep()
			}
			poll(w, r)
		default:
			w.Header().Set("Retry-After", strconv.Itoa(pollRetryAfter))
			respond(w, http.StatusServiceUnavailable, problem{Error: "too many long polls: ask without wait"})
		}
	}
}
