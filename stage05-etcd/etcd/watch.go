package etcd

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"example.com/workshop/stage05-etcd/registry"
)

// watcher follows one service on a goroutine of its own, which ends with life.
// It takes each change as it comes, so that a reader who is slow makes nothing
// pile up.
type watcher struct {
	*Registry
	service string
	log     *slog.Logger
	life    context.Context // ends with Close
	stop    func()
	changed chan struct{} // of capacity 1; holds one while there is something to look at

	lost time.Time // when etcd was found without its data; only follow uses it

	mu       sync.Mutex // guards the fields below
	list     list
	revision uint64
	synced   time.Time // zero before the first answer
	stale    bool

	last registry.Snapshot // as Next returned it; only Next uses it
}

// Watch makes the Registry a registry.Discovery.
func (r *Registry) Watch(ctx context.Context, service string) (registry.Watcher, error) {
	if err := checkName(service); err != nil {
		return nil, err
	}
	life, stop := context.WithCancel(ctx)
	w := &watcher{
		Registry: r, service: service, log: r.opts.Logger.With("service", service),
		life: life, stop: stop, changed: make(chan struct{}, 1),
	}
	go w.follow()
	return w, nil
}

func (w *watcher) Next(ctx context.Context) (registry.Snapshot, error) {
	for {
		if err := w.life.Err(); err != nil {
			return registry.Snapshot{}, err
		}
		if err := ctx.Err(); err != nil {
			return registry.Snapshot{}, err
		}
		if w.look() {
			return w.last, nil
		}
		select {
		case <-w.changed:
		case <-ctx.Done():
		case <-w.life.Done():
		}
	}
}

// look reports whether the state is another one than Next returned last, and
// makes it the last.
func (w *watcher) look() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.synced.IsZero() {
		return false
	}
	now := registry.Snapshot{
		Service: w.service, Revision: w.revision, Stale: w.stale, Synced: w.synced,
		Instances: w.list.sorted(),
	}
	if !w.last.Synced.IsZero() && now.Stale == w.last.Stale && same(now.Instances, w.last.Instances) {
		return false
	}
	w.last = now
	return true
}

func (w *watcher) Close() error {
	w.stop()
	return nil
}

// update changes what Next looks at, and wakes it.
func (w *watcher) update(change func()) {
	w.mu.Lock()
	change()
	w.mu.Unlock()
	select {
	case w.changed <- struct{}{}:
	default:
	}
}
