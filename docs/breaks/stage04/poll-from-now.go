//go:build ignore

// Break: A long poll waits for the next change from now on, and not for a revision that its caller
// does not have.
// Invariant: I1
// Seen: The client never learns of a change that comes between two polls: it goes on calling a
// server that has left, until something else changes.
// From: a list and a watch with a gap between, as in rpcx's etcd discovery
// File: registry/http_poll.go
// Package tests: ./registry

package registry

func (s *Store) await(ctx context.Context, service string, revision uint64, wait time.Duration) *state {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	st := s.state(service)
	if revision == 0 {
		return st
	}
	select {
	case <-st.changed:
	case <-timer.C:
	case <-ctx.Done():
	}
	return s.state(service)
}
