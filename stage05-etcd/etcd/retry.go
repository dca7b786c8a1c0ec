package etcd

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"example.com/workshop/stage05-etcd/registry"
)

// The limit of the pauses between attempts grows from minPause to maxPause. It
// does not grow far: without a connection an attempt costs etcd nothing.
const (
	minPause = 50 * time.Millisecond
	maxPause = 500 * time.Millisecond
)

// retry repeats attempt until it succeeds or ctx ends, and returns the last
// attempt's error. It logs the first failure, and the first that is an
// ErrTaken, which names the address that has the id.
func retry(ctx context.Context, log *slog.Logger, attempt func(context.Context) error) error {
	var pauses backoff
	var logged error
	for {
		err := attempt(ctx)
		if err == nil && logged != nil {
			log.Info("it works again")
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
		if logged == nil || errors.Is(err, registry.ErrTaken) && !errors.Is(logged, registry.ErrTaken) {
			log.Warn("trying again until it works", "err", err)
			logged = err
		}
		if !pauses.wait(ctx) {
			return err
		}
	}
}

// backoff makes the pauses of one series of attempts. Each is a random part of a limit
// that doubles, so that processes that lost etcd together do not come back together
// ("full jitter":
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
type backoff struct{ limit time.Duration }

// wait returns true after the next pause, or false if ctx ends first.
func (b *backoff) wait(ctx context.Context) bool {
	b.limit = min(max(2*b.limit, minPause), maxPause)
	timer := time.NewTimer(rand.N(b.limit))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// jitter returns d, plus or minus a random part of a tenth of it.
func jitter(d time.Duration) time.Duration { return d - d/10 + rand.N(d/5+1) }
