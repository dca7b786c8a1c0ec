//go:build ignore

// Break: When the registry does not know a lease, that is an error like any other: the heartbeat is
// sent again, and the instance is never registered again.
// Invariant: I4
// Seen: The registry restarts with an empty memory, and stays empty, although every server goes on
// sending its heartbeats.
// From: the tutorials' heartbeats, which ignore the answer
// File: registry/client_heartbeat.go
// Package tests: ./registry

package registry

func (r *Registration) beat(ctx context.Context) (Lease, error) {
	if err := r.turn.Acquire(ctx, 1); err != nil {
		return Lease{}, err
	}
	defer r.turn.Release(1)
	return r.registry.renew(ctx, r.request)
}
