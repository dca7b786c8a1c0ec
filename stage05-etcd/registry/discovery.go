package registry

import (
	"context"
	"time"
)

// Discovery tells which instances of a service there are, and when that changes.
type Discovery interface {
	// Watch returns an error only for what can never work, such as an
	// invalid name. A registry that is away is no error.
	Watch(ctx context.Context, service string) (Watcher, error)
}

// Watcher follows one service. It is pulled: each Next returns the whole state as it is
// by then, so a reader that is slow misses nothing but what is already out of date, and
// there is no difference to lose or to apply twice. One goroutine may use it at a time.
type Watcher interface {
	// Next returns the next state that differs from the last one returned. The first
	// waits until the registry has answered once. Afterwards a registry that cannot be
	// reached is no error: Next returns the last good state, once, with Stale set. It
	// returns ctx's error, or the Watch's, when those end. A Next that ends with its ctx
	// loses nothing: what it has not returned, the following Next does. Any other error
	// ends the watch. The instances have their defaults (Instance.WithDefaults) and
	// unique ids.
	Next(ctx context.Context) (Snapshot, error)
	// Close ends the watch and a Next in progress.
	Close() error
}

// Snapshot is the state of one service.
type Snapshot struct {
	Service   string
	Revision  uint64     // of the registry; another number is another state
	Instances []Instance // listed, sorted by id; shared, so not to be changed
	Held      []Instance // vanished without a goodbye, sorted by id; only Hold fills it; shared too
	Stale     bool       // the registry does not answer, and this is its last state
	Synced    time.Time  // when the registry last answered
}
