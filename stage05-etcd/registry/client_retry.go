package registry

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"
)

// The pauses after failures grow from minPause to maxPause.
const (
	minPause = 100 * time.Millisecond
	maxPause = 5 * time.Second
)

// retry calls do until it succeeds, until it returns a *FieldError, which another attempt
// would return too, or until ctx ends. It calls do at least once, and not again after ctx
// has ended. It returns what do returned last. If it tries again, it logs the first
// failure as a warning, "trying again until it works" with err, and a success after that
// as "the registry accepts it now" with failures, their number.
//
// Each pause is a random part of a limit, which starts at minPause and doubles up to
// most. So clients that lost the registry together do not come back together ("full
// jitter": https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). A
// *RetryAfterError comes from a registry that is alive. retry then waits for the time
// that the error names, but no longer than most, plus a random part of the first limit.
// The limit grows again from there.
func retry[T any](ctx context.Context, log *slog.Logger, most time.Duration, do func(context.Context) (T, error)) (T, error) {
	for limit, failures := min(minPause, most), 0; ; limit, failures = min(2*limit, most), failures+1 {
		result, err := do(ctx)
		if err == nil && failures > 0 {
			log.Info("the registry accepts it now", "failures", failures)
		}
		if _, bad := errors.AsType[*FieldError](err); err == nil || bad || ctx.Err() != nil {
			return result, err
		}
		if failures == 0 {
			log.Warn("trying again until it works", "err", err)
		}
		wait := rand.N(limit)
		if later, ok := errors.AsType[*RetryAfterError](err); ok {
			limit = min(minPause, most)
			wait = min(later.After, most) + rand.N(limit)
		}
		if !pause(ctx, wait) {
			return result, err
		}
	}
}

// pause waits for d, and reports whether d passed before ctx ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}
