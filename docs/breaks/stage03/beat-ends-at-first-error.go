//go:build ignore

// Break: The heartbeat's loop ends with its first error.
// Invariant: I4
// Seen: The registry is away for a moment, and a TTL later every server is off the list, for good:
// all of them run, and callers find none until somebody restarts them.
// From: gee-rpc: for err == nil { <-t.C; err = sendHeartbeat(…) }
// File: registry/client_heartbeat.go
// Package tests: ./registry

package registry

func (r *Registration) keep(lease Lease) {
	for pause(r.life, jitter(r.interval(lease))) {
		renewed, err := r.beat(r.life)
		if err != nil {
			return
		}
		lease = renewed
	}
}
