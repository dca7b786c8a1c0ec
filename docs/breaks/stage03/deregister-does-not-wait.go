//go:build ignore

// Break: A deregistration neither ends the heartbeat nor waits for one that is under way.
// Invariant: I3
// Seen: A server deregisters and then finishes its calls. Meanwhile its next heartbeat gets a 404
// and registers again, so the entry outlives the process by up to a TTL, and gets calls all that
// time.
// From: any client whose heartbeat is a goroutine that is neither ended nor waited for
// File: registry/client_registration.go
// Package tests: ./registry

package registry

func (r *Registration) Deregister(ctx context.Context) error {
	if err := r.registry.drop(ctx, r.request); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}
