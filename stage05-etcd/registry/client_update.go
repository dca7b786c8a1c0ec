package registry

import "context"

// Update replaces what is listed, the service and id excepted. It asks once, and
// what it asked for is what later beats bring back.
func (r *registration) Update(ctx context.Context, in Instance) error {
	in = in.WithDefaults()
	if err := in.Validate(); err != nil {
		return err
	}
	if err := r.turn.Acquire(ctx, 1); err != nil {
		return err
	}
	defer r.turn.Release(1)
	switch {
	case in.Service != r.request.Service:
		return &FieldError{"service", "an update cannot change it"}
	case in.ID != r.request.ID:
		return &FieldError{"id", "an update cannot change it"}
	case r.life.Err() != nil:
		return ErrNotFound
	}
	r.request.Instance = in
	_, err := r.registry.put(context.WithoutCancel(ctx), r.request)
	return err
}
