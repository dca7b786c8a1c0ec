package registry

import "context"

// Registrar puts instances on a registry's list.
type Registrar interface {
	// Register keeps in registered until the Registration is deregistered or ctx ends. It
	// returns when the instance is listed, and keeps trying while the registry is away.
	// It returns an error at once for what can never work, such as an invalid instance.
	// A request that has begun is completed, for up to the registry's time-out, even if
	// ctx ends: so in Update too.
	Register(ctx context.Context, in Instance) (Registration, error)
}

// Registration is an instance that is being kept on the list.
type Registration interface {
	// Update replaces the listed instance, except for its service and id. After
	// Deregister, or the end of Register's ctx, it returns ErrNotFound and changes
	// nothing. After any other error but a *FieldError it may yet take effect.
	Update(ctx context.Context, in Instance) error
	// Deregister takes the instance off the list, and nothing puts it back.
	// It may be called again, and should be if it fails.
	Deregister(ctx context.Context) error
}
