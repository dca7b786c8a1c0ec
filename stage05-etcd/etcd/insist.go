package etcd

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"example.com/workshop/stage05-etcd/registry"
)

// The pauses after failures grow from minPause to maxPause.
const (
	minPause = 50 * time.Millisecond
	maxPause = 500 * time.Millisecond
)

// backOff pauses between attempts. Each pause is a random part of a limit that
// doubles, so that those who lost etcd together do not come back together
// ("full jitter": https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
// It does not grow far: without a connection an attempt costs etcd nothing.
type backOff struct{ limit time.Duration }

// pause reports whether the pause passed before ctx ended.
func (b *backOff) pause(ctx context.Context) bool {
	b.limit = min(max(2*b.limit, minPause), maxPause)
	timer := time.NewTimer(rand.N(b.limit))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// insist repeats do until it succeeds or ctx ends.
func insist(ctx context.Context, log *slog.Logger, do func(context.Context) error) error {
	var pauses backOff
	var said, taken bool
	for {
		err := do(ctx)
		if err == nil && said {
			log.Info("it works again")
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
		if now := errors.Is(err, registry.ErrTaken); !said || now && !taken {
			log.Warn("trying again until it works", "err", err)
			said, taken = true, now
		}
		if !pauses.pause(ctx) {
			return err
		}
	}
}

// jitter returns d, give or take a tenth.
func jitter(d time.Duration) time.Duration { return d - d/10 + rand.N(d/5+1) }
