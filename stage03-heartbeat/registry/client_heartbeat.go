package registry

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// keep sends one beat per interval, with jitter, until the registration ends (r.life). It
// retries a beat that fails (retry), with pauses no longer than the interval: a registry
// that comes back gets a beat within that time. The lease that a beat returns sets the
// next interval. If retry gives up before the registration ends, keep logs "the registry
// refuses the heartbeat" to r.opts.Logger as an error, with err, and goes on with the next
// beat.
func (r *Registration) keep(lease Lease) {
	for pause(r.life, jitter(r.interval(lease))) {
		renewed, err := retry(r.life, r.opts.Logger, r.interval(lease), r.beat)
		if err == nil {
			lease = renewed
		} else if r.life.Err() == nil {
			r.opts.Logger.Error("the registry refuses the heartbeat", "err", err)
		}
	}
}

// interval returns the time between two beats of a lease: a third of its TTL, or
// the Beat of the options if that is set and shorter.
func (r *Registration) interval(lease Lease) time.Duration {
	third := max(lease.TTL, MinTTL) / 3
	if r.opts.Beat > 0 {
		return min(third, r.opts.Beat)
	}
	return third
}

// beat renews the lease (r.registry.renew). If the registry does not know the lease
// (ErrNotFound), because it restarted or has evicted the instance, beat registers the
// instance again at once (r.registry.put, not r.put, which takes the turn itself) and, on
// success, warns r.opts.Logger of "the lease was lost: registered again", with service and
// id. It does not pause: the jitter of the beats has spread out the instances that lost
// theirs together. Its requests take r.turn, so that Deregister comes before or after
// them. A registration that has begun is completed even if ctx ends.
func (r *Registration) beat(ctx context.Context) (Lease, error) {
	if err := r.turn.Acquire(ctx, 1); err != nil {
		return Lease{}, err
	}
	defer r.turn.Release(1)
	lease, err := r.registry.renew(ctx, r.request)
	if !errors.Is(err, ErrNotFound) {
		return lease, err
	}
	lease, err = r.registry.put(context.WithoutCancel(ctx), r.request)
	if err == nil {
		r.opts.Logger.Warn("the lease was lost: registered again", "service", r.request.Service, "id", r.request.ID)
	}
	return lease, err
}

// jitter returns d, plus or minus a random part of a tenth of it.
func jitter(d time.Duration) time.Duration {
	return d - d/10 + rand.N(d/5+1)
}
