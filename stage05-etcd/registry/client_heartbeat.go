package registry

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// keep renews the lease three times per TTL, or as often as the options say, until
// the registration ends. A beat that fails is tried again (retry), after pauses no
// longer than from one beat to the next, so that a registry which comes back is told
// within that time. When retry gives up, keep logs "the registry refuses the
// heartbeat" as an error, with err, and goes on with the next beat.
func (r *registration) keep(lease Lease) {
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
func (r *registration) interval(lease Lease) time.Duration {
	third := max(lease.TTL, MinTTL) / 3
	if r.opts.Beat > 0 {
		return min(third, r.opts.Beat)
	}
	return third
}

// beat renews the lease (r.registry.renew). When the registry does not know that, because it
// restarted or has evicted the instance, beat puts the instance on the list again (as put does),
// at once, and warns "the lease was lost: registered again" with service and id: the jitter of
// the beats has already spread out those that find the same. Its requests take their turn, so
// that Deregister comes before or after them; a registration that has begun is seen through
// when ctx ends.
func (r *registration) beat(ctx context.Context) (Lease, error) {
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

// jitter returns d, give or take a random part of a tenth of it.
func jitter(d time.Duration) time.Duration {
	return d - d/10 + rand.N(d/5+1)
}
