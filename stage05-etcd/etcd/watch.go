package etcd

import (
	"cmp"
	"context"
	"log/slog"
	"reflect"
	"sync"
	"time"

	"example.com/workshop/stage05-etcd/registry"
)

// watcher follows one service on a goroutine of its own, which ends with life. The
// goroutine takes each change as it comes, so changes do not pile up for a slow reader.
type watcher struct {
	registry *Registry
	service  string
	log      *slog.Logger
	life     context.Context // ends with Close
	stop     func()
	changed  chan struct{} // has capacity 1, and is full when there is something to look at

	mu       sync.Mutex       // guards the fields below; only follow changes them, so follow reads them without it
	entries  map[string]entry // by key
	cluster  uint64           // the ID of the etcd cluster that holds them
	revision int64
	synced   time.Time // zero before the first answer
	stale    bool

	last registry.Snapshot // what Next returned last; only Next uses it
}

// Watch makes the Registry a registry.Discovery.
func (r *Registry) Watch(ctx context.Context, service string) (registry.Watcher, error) {
	if err := registry.ValidService(service); err != nil {
		return nil, err
	}
	life, stop := context.WithCancel(ctx)
	w := &watcher{
		registry: r, service: service, log: r.opts.Logger.With("service", service),
		life: life, stop: stop, changed: make(chan struct{}, 1),
	}
	go w.follow()
	return w, nil
}

// Next waits for a state that differs from the last one that it returned.
func (w *watcher) Next(ctx context.Context) (registry.Snapshot, error) {
	for {
		if err := cmp.Or(w.life.Err(), ctx.Err()); err != nil {
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

// look reports whether the state differs from last, and makes it last. Before the first
// response there is no state.
func (w *watcher) look() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.synced.IsZero() {
		return false
	}
	now := registry.Snapshot{
		Service: w.service, Revision: uint64(w.revision), Stale: w.stale, Synced: w.synced,
		Instances: sorted(w.entries),
	}
	if now.Stale == w.last.Stale && reflect.DeepEqual(now.Instances, w.last.Instances) {
		return false
	}
	w.last = now
	return true
}

// Close implements registry.Watcher.
func (w *watcher) Close() error {
	w.stop()
	return nil
}

// update changes the state that Next looks at, and wakes Next.
func (w *watcher) update(change func()) {
	w.mu.Lock()
	change()
	w.mu.Unlock()
	select {
	case w.changed <- struct{}{}:
	default:
	}
}
