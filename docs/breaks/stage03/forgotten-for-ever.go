//go:build ignore

// Break: A heartbeat that the registry does not know is an error like any other: it is sent again,
// and the instance is never registered again.
// Invariant: I4
// Seen: The registry restarts with an empty memory, and stays empty, though every server beats on.
// From: the tutorials' heartbeats, whose answer nobody reads
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
