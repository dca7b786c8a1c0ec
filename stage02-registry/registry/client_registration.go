package registry

import (
	"context"
	"errors"
)

// Registration is an instance on the list, until it is deregistered.
type Registration struct {
	registry *Client
	request  request // the instance
}

// Register registers an instance. It returns when the instance is listed. While
// the registry is away, it keeps trying until ctx ends. It returns a *FieldError
// at once for an instance that is out of bounds.
func (c *Client) Register(ctx context.Context, in Instance) (*Registration, error) {
	in = in.WithDefaults()
	if err := in.Validate(); err != nil {
		return nil, err
	}
	r := &Registration{registry: c, request: request{Instance: in}}
	replaced, err := retry(ctx, c.opts.Logger, maxPause, r.put)
	if err != nil {
		r.Deregister(context.WithoutCancel(ctx)) // a request may have listed it though its response was lost
		return nil, err
	}
	if replaced != "" {
		c.opts.Logger.Warn("replaced another instance", "service", in.Service, "id", in.ID, "old", replaced)
	}
	return r, nil
}

// put puts the instance on the list. It completes a request that has begun even if ctx
// ends, so that no instance is listed that Register did not return.
func (r *Registration) put(ctx context.Context) (replaced string, err error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	return r.registry.put(context.WithoutCancel(ctx), r.request)
}

// Deregister takes the instance off the list, unless another one has replaced it. It is
// no error if the registry has already forgotten the instance, or if Deregister is called
// again.
func (r *Registration) Deregister(ctx context.Context) error {
	if err := r.registry.drop(ctx, r.request); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}
