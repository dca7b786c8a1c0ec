package etcd

import (
	"context"

	"example.com/workshop/stage05-etcd/registry"
)

// Update replaces all of the entry but the service and the id. It makes one attempt: call
// it again after an error.
func (r *registration) Update(ctx context.Context, in registry.Instance) error {
	in = in.WithDefaults()
	if err := in.Validate(); err != nil {
		return err
	}
	if err := r.turn.Acquire(ctx, 1); err != nil {
		return err
	}
	defer r.turn.Release(1)
	switch {
	case in.Service != r.in.Service:
		return &registry.FieldError{Field: "service", Problem: "an update cannot change it"}
	case in.ID != r.in.ID:
		return &registry.FieldError{Field: "id", Problem: "an update cannot change it"}
	case r.life.Err() != nil:
		return registry.ErrNotFound
	}
	r.in = in
	return r.put(ctx)
}
