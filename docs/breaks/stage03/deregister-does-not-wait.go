//go:build ignore

// Break: A deregistration does not wait for the heartbeat that is under way.
// Invariant: I3
// Seen: A server stops, and is back on the list a moment later: its last heartbeat came after the
// goodbye, found nothing, and registered again.
// From: any client whose heartbeat is a goroutine that nobody waits for
// File: registry/client_registration.go
// Package tests: ./registry

package registry

func (r *Registration) Deregister(ctx context.Context) error {
	r.stop()
	if err := r.registry.drop(ctx, r.request); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}
