package registry

import (
	"cmp"
	"context"
	"reflect"
	"time"
)

// Register makes the Store a Registrar for the process that holds it. The registration
// sends beats like any other. So an instance whose context has ended leaves the list too,
// if Run sweeps it.
func (s *Store) Register(ctx context.Context, in Instance) (Registration, error) {
	return register(ctx, s, in, ClientOptions{Logger: s.opts.Logger})
}

func (s *Store) put(_ context.Context, req request) (Lease, error) {
	return s.Put(req.Instance, req.Lease, time.Duration(req.TTL))
}

func (s *Store) renew(_ context.Context, req request) (Lease, error) {
	return s.Beat(req.Service, req.ID, req.Lease)
}

func (s *Store) drop(_ context.Context, req request) error {
	return s.Delete(req.Service, req.ID, req.Lease)
}

// Watch makes the Store a Discovery for the process that holds it.
func (s *Store) Watch(ctx context.Context, service string) (Watcher, error) {
	if err := ValidService(service); err != nil {
		return nil, err
	}
	life, stop := context.WithCancel(ctx)
	return &storeWatcher{store: s, service: service, life: life, stop: stop}, nil
}

// storeWatcher follows one service of a store.
type storeWatcher struct {
	store   *Store
	service string
	life    context.Context // ends with Close
	stop    func()
	last    []Instance // as Next last returned it; nil before the first
}

func (w *storeWatcher) Next(ctx context.Context) (Snapshot, error) {
	for {
		if err := cmp.Or(w.life.Err(), ctx.Err()); err != nil {
			return Snapshot{}, err
		}
		st := w.store.state(w.service)
		if !reflect.DeepEqual(st.list, w.last) {
			w.last = st.list
			return st.snapshot(w.service), nil
		}
		select {
		case <-st.changed:
		case <-ctx.Done():
		case <-w.life.Done():
		}
	}
}

func (w *storeWatcher) Close() error {
	w.stop()
	return nil
}

// snapshot returns the state as a Snapshot for watchers.
func (st *state) snapshot(service string) Snapshot {
	return Snapshot{Service: service, Revision: st.revision, Instances: st.list, Synced: time.Now()}
}
