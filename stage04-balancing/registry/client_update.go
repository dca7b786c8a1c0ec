package registry

import "context"

// Update replaces the listed instance, except for its service and id. It sends one
// request. Later beats restore the instance of that request, even if the request failed.
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
