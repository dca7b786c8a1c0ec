package registry

import (
	"context"
	"crypto/rand"
	"errors"

	"golang.org/x/sync/semaphore"
)

// backend is a registry as a registration needs it: a Client, or a Store.
type backend interface {
	put(ctx context.Context, req request) (Lease, error)
	renew(ctx context.Context, req request) (Lease, error)
	drop(ctx context.Context, req request) error
}

// registration keeps one instance registered until it is deregistered or the
// context that it was made with ends.
type registration struct {
	registry backend
	opts     ClientOptions
	life     context.Context     // ends with Deregister
	stop     func()              // ends life
	turn     *semaphore.Weighted // has one place, so requests are sent one at a time; guards the field below
	request  request             // the instance and its lease; the lease's ID is made here, so that a lost response does no harm
}

// Register makes the Client a Registrar. While the registry is away, or the id
// has the lease of another instance, it keeps trying.
func (c *Client) Register(ctx context.Context, in Instance) (Registration, error) {
	return register(ctx, c, in, c.opts)
}

// register registers an instance and keeps it registered.
func register(ctx context.Context, at backend, in Instance, opts ClientOptions) (Registration, error) {
	in = in.WithDefaults()
	if err := in.Validate(); err != nil {
		return nil, err
	}
	life, stop := context.WithCancel(ctx)
	r := &registration{
		registry: at, opts: opts,
		life: life, stop: stop, turn: semaphore.NewWeighted(1),
		request: request{Instance: in, Lease: rand.Text(), TTL: jsonTTL(opts.TTL)},
	}
	granted, err := retry(life, opts.Logger, maxPause, r.put)
	if err != nil {
		r.Deregister(context.WithoutCancel(ctx)) // a request may have listed it though its response was lost
		return nil, err
	}
	go r.keep(granted)
	return r, nil
}

// put puts the instance on the list. It completes a request that has begun even if ctx
// ends, so that no instance is listed that Register did not return, and so that
// Deregister comes after it.
func (r *registration) put(ctx context.Context) (Lease, error) {
	if err := r.turn.Acquire(ctx, 1); err != nil {
		return Lease{}, err
	}
	defer r.turn.Release(1)
	return r.registry.put(context.WithoutCancel(ctx), r.request)
}

// Deregister ends the registration and takes the instance off the list for good. It waits
// for a request in progress, and the registry refuses one that arrives later. If ctx ends
// first, the instance is taken off as soon as that request is complete. It is no error if
// the registry has already forgotten the instance, or if Deregister is called again.
func (r *registration) Deregister(ctx context.Context) error {
	r.stop()
	if err := r.turn.Acquire(ctx, 1); err != nil {
		go r.Deregister(context.WithoutCancel(ctx)) // the request in progress may list it anew
		return err
	}
	defer r.turn.Release(1)
	if err := r.registry.drop(ctx, r.request); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}
