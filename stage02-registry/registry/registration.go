package registry

import (
	"context"
	"errors"
)

// Registration is one instance's entry, until it is deregistered.
type Registration struct {
	client  *Client
	request request
}

// Register registers an instance. It returns when the instance is listed.
// While the registry is away, or another address holds the id, it keeps trying
// until ctx ends. It returns at once with a *FieldError when the instance is
// out of bounds.
func (c *Client) Register(ctx context.Context, in Instance) (*Registration, error) {
	in = in.WithDefaults()
	if err := in.Validate(); err != nil {
		return nil, err
	}
	r := &Registration{client: c, request: request{Instance: in}}
	if err := insist(ctx, c.opts.Logger, maxPause, r.register); err != nil {
		return nil, err
	}
	return r, nil
}

// Deregister takes the instance off the list. It is no error when the registry
// has forgotten it already, or when it is called again.
func (r *Registration) Deregister(ctx context.Context) error {
	err := r.client.post(ctx, "deregister", r.request, &struct{}{})
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// register sees a request through when ctx ends, so that nobody is listed whom
// Register did not return and nobody deregisters.
func (r *Registration) register(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return r.client.post(context.WithoutCancel(ctx), "register", r.request, &Instance{})
}
