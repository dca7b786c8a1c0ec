//go:build ignore

// Break: A deregistration neither ends the heartbeat nor waits for one that is under way.
// Invariant: I3
// Seen: A server says goodbye and then finishes its calls. Meanwhile its next heartbeat finds
// nothing and registers again, so the entry outlives the process by a TTL, and draws calls for as
// long.
// From: any client whose heartbeat is a goroutine that nobody ends and nobody waits for
// File: registry/client_registration.go
// Package tests: ./registry

package registry

func (r *Registration) Deregister(ctx context.Context) error {
	if err := r.registry.drop(ctx, r.request); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}
