package registry

import "context"

// Update replaces what is listed, the service and id excepted. It asks once.
func (r *registration) Update(ctx context.Context, in Instance) error {
	in = in.WithDefaults()
	if err := in.Validate(); err != nil {
		return err
	}
	now := r.now()
	if in.Service != now.Service {
		return &FieldError{"service", "an update cannot change it"}
	}
	if in.ID != now.ID {
		return &FieldError{"id", "an update cannot change it"}
	}
	r.mu.Lock()
	r.request.Instance = in
	r.mu.Unlock()
	return r.register(ctx)
}
