package registry

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	mathrand "math/rand/v2"
	"sync"
	"time"
)

// leases is a registry as a registration needs it: a Store, or a Client.
type leases interface {
	register(ctx context.Context, req request) (Lease, error)
	beat(ctx context.Context, req request) error
	deregister(ctx context.Context, req request) error
}

// registration keeps one instance registered until it is deregistered or the
// context that it was made with ends.
type registration struct {
	leases leases
	log    *slog.Logger
	most   time.Duration   // between two beats, unless it is 0
	life   context.Context // ends with Deregister
	stop   func()
	turn   chan struct{} // held by whoever registers

	mu      sync.Mutex // guards the fields below
	request request
	beats   time.Duration // between two, set by the granted TTL
}

// newRegistration registers an instance and keeps it registered: it beats, and
// registers again when the registry has forgotten it.
func newRegistration(ctx context.Context, to leases, in Instance, opts ClientOptions) (Registration, error) {
	in = in.WithDefaults()
	if err := in.Validate(); err != nil {
		return nil, err
	}
	life, stop := context.WithCancel(ctx)
	r := &registration{
		leases: to, log: opts.Logger, most: opts.Beat,
		life: life, stop: stop, turn: make(chan struct{}, 1),
		request: request{Instance: in, Lease: rand.Text(), ttl: opts.TTL},
	}
	if err := insist(life, r.log, maxPause, r.register); err != nil {
		stop()
		return nil, err
	}
	go r.keep()
	return r, nil
}

// Deregister ends the registration and takes the instance off the list. It is
// no error when the registry has forgotten it already, or when it is called
// again.
func (r *registration) Deregister(ctx context.Context) error {
	r.stop()
	select {
	case r.turn <- struct{}{}: // so that no request that registers comes after this one
		<-r.turn
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := r.leases.deregister(ctx, r.now()); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}

// keep beats until the registration ends. It never gives up otherwise, and it
// never waits longer than from one beat to the next, so that a registry which
// comes back is told within that time.
func (r *registration) keep() {
	for pause(r.life, jitter(r.interval())) {
		if err := insist(r.life, r.log, r.interval(), r.beat); err != nil && r.life.Err() == nil {
			r.log.Error("the registry refuses the heartbeat", "err", err)
		}
	}
}

// beat renews the lease. When that has ended, because the registry restarted
// or has evicted the instance, beat registers again, at once: the jitter of the
// beats has already spread out those that find the same.
func (r *registration) beat(ctx context.Context) error {
	err := r.leases.beat(ctx, r.now())
	if errors.Is(err, ErrNotFound) {
		if err = r.register(ctx); err == nil {
			now := r.now()
			r.log.Warn("the lease was lost: registered again", "service", now.Service, "id", now.ID)
		}
	}
	return err
}

// register puts the instance on the list, unless the registration has ended. It
// sees a request through when ctx ends, so that nobody is listed whom Register
// did not return, and Deregister comes after it.
func (r *registration) register(ctx context.Context) error {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if r.life.Err() != nil {
		return ErrNotFound
	}
	granted, err := r.leases.register(context.WithoutCancel(ctx), r.now())
	if err == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.beats = max(granted.TTL, MinTTL) / 3
		if r.most > 0 {
			r.beats = min(r.beats, r.most)
		}
	}
	return err
}

func (r *registration) now() request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.request
}

func (r *registration) interval() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.beats
}

// jitter returns d, give or take a tenth.
func jitter(d time.Duration) time.Duration {
	return d - d/10 + mathrand.N(d/5+1)
}
