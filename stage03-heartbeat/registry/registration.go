package registry

import (
	"context"
	"crypto/rand"
	"errors"
	mathrand "math/rand/v2"
	"time"
)

// Registration keeps one instance registered until it is deregistered or the
// context that it was made with ends.
type Registration struct {
	client  *Client
	request request
	beats   time.Duration // between two, set by the granted TTL
	stop    func()        // ends keep
	done    chan struct{} // closed when keep has ended
}

// Register registers an instance and keeps it registered: it beats, and
// registers again when the registry has forgotten it. It returns when the
// instance is listed. While the registry is away, or another address holds the
// id, it keeps trying until ctx ends. It returns at once with a *FieldError
// when the instance is out of bounds.
func (c *Client) Register(ctx context.Context, in Instance) (*Registration, error) {
	in = in.WithDefaults()
	if err := in.Validate(); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	r := &Registration{client: c, request: request{Instance: in, Lease: rand.Text()}, stop: stop, done: make(chan struct{})}
	if c.opts.TTL > 0 {
		r.request.TTL = c.opts.TTL.String()
	}
	if err := insist(ctx, c.opts.Logger, maxPause, r.register); err != nil {
		stop()
		return nil, err
	}
	go r.keep(ctx)
	return r, nil
}

// Deregister ends the registration and takes the instance off the list. It is
// no error when the registry has forgotten it already, or when it is called
// again. No beat brings the instance back, and no registration that is under
// way, unless the registry takes that up after its time-out: then it is listed
// until the lease has run out, for nobody renews it.
func (r *Registration) Deregister(ctx context.Context) error {
	r.stop()
	select {
	case <-r.done: // so that no request of keep's comes after this one
	case <-ctx.Done():
		return ctx.Err()
	}
	err := r.client.post(ctx, "deregister", r.request, &struct{}{})
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// keep beats until ctx ends. It never gives up otherwise, and it never waits
// longer than from one beat to the next, so that a registry which comes back
// is told within that time.
func (r *Registration) keep(ctx context.Context) {
	defer close(r.done)
	log := r.client.opts.Logger
	for pause(ctx, jitter(r.beats)) {
		if err := insist(ctx, log, r.beats, r.beat); err != nil && ctx.Err() == nil {
			log.Error("the registry refuses the heartbeat", "err", err)
		}
	}
}

// beat renews the lease. When that has ended, because the registry restarted
// or has evicted the instance, beat registers again, at once: the jitter of the
// beats has already spread out those that find the same.
func (r *Registration) beat(ctx context.Context) error {
	err := r.client.post(ctx, "heartbeat", r.request, &leaseAnswer{})
	if errors.Is(err, ErrNotFound) {
		if err = r.register(ctx); err == nil {
			r.client.opts.Logger.Warn("the lease was lost: registered again", "service", r.request.Service, "id", r.request.ID)
		}
	}
	return err
}

// register sees a request through when ctx ends, so that nobody is listed whom
// Register did not return, and Deregister comes after it.
func (r *Registration) register(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var granted registered
	if err := r.client.post(context.WithoutCancel(ctx), "register", r.request, &granted); err != nil {
		return err
	}
	ttl, err := time.ParseDuration(granted.TTL)
	r.beats = max(ttl, MinTTL) / 3
	if r.client.opts.Beat > 0 {
		r.beats = min(r.beats, r.client.opts.Beat)
	}
	return err
}

// jitter returns d, give or take a tenth.
func jitter(d time.Duration) time.Duration {
	return d - d/10 + mathrand.N(d/5+1)
}
