package registry

import (
	"errors"
	"math/rand/v2"
)

// unanswered returns the state after a poll that failed. A registry that has no room for
// a long poll, and says when to ask again, is alive, so the state is not stale. The next
// poll comes a little after that time and does not wait.
func (w *watcher) unanswered(err error) Snapshot {
	later, ok := errors.AsType[*RetryAfterError](err)
	if !ok || w.revision == 0 {
		return w.failed(err)
	}
	w.revision = 0
	w.limiter.delay(min(later.After, maxPause) + rand.N(maxPause/5))
	return w.last
}
