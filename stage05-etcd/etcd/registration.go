package etcd

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/registry"
)

// registration keeps one instance in etcd until it is deregistered or the
// context that it was made with ends. It has a lease of its own: to revoke that
// is to take away the instance and nothing else, in one step that no put which
// is still under way can undo. One lease for the whole process would save a
// beat per further instance, but most processes have one instance.
type registration struct {
	*Registry
	log   *slog.Logger
	owner string          // tells this registration from all others
	life  context.Context // ends with Deregister
	stop  func()
	turn  chan struct{} // held by whoever puts or revokes, and guards listed and revision

	listed   string // key of the entry
	revision int64  // of the claim, as this registration last wrote it

	mu     sync.Mutex // guards the fields below
	in     registry.Instance
	lease  clientv3.LeaseID   // what to put under; 0 before there is one, or when it is lost
	leases []clientv3.LeaseID // what the entry may hang on
}

// Register makes the Registry a registry.Registrar. While etcd is away, or
// another address holds the id, it keeps trying.
func (r *Registry) Register(ctx context.Context, in registry.Instance) (registry.Registration, error) {
	in = withDefaults(in)
	if err := in.Validate(); err != nil {
		return nil, err
	}
	in.Metadata = maps.Clone(in.Metadata) // the caller may go on to change it
	life, stop := context.WithCancel(ctx)
	reg := &registration{
		Registry: r, log: r.opts.Logger.With("service", in.Service, "id", in.ID), owner: rand.Text(),
		life: life, stop: stop, turn: make(chan struct{}, 1), in: in,
	}
	if err := insist(life, reg.log, reg.put); err != nil {
		stop()
		reg.revoke(context.WithoutCancel(ctx)) // nobody beats, so that it only hastens the end
		return nil, err
	}
	go reg.keep()
	return reg, nil
}

// Update replaces what is listed, the service and id excepted. It asks once:
// ask again after an error.
func (r *registration) Update(ctx context.Context, in registry.Instance) error {
	in = withDefaults(in)
	if err := in.Validate(); err != nil {
		return err
	}
	in.Metadata = maps.Clone(in.Metadata)
	r.mu.Lock()
	was := r.in
	if in.Service == was.Service && in.ID == was.ID && r.life.Err() == nil {
		r.in = in
	}
	r.mu.Unlock()
	switch {
	case in.Service != was.Service:
		return &registry.FieldError{Field: "service", Problem: "an update cannot change it"}
	case in.ID != was.ID:
		return &registry.FieldError{Field: "id", Problem: "an update cannot change it"}
	}
	return r.put(ctx)
}

// Deregister ends the registration and takes the instance off the list. It is
// no error when the lease has run out already, or when it is called again.
func (r *registration) Deregister(ctx context.Context) error {
	r.stop()
	select {
	case r.turn <- struct{}{}: // so that no put comes after this
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return r.revoke(ctx)
}

// revoke ends every lease that the entry may hang on. The registration has
// ended, so there are no more to come.
func (r *registration) revoke(ctx context.Context) error {
	r.mu.Lock()
	leases := slices.Clone(r.leases)
	r.mu.Unlock()
	for _, lease := range leases {
		err := r.ask(ctx, func(ctx context.Context, client *clientv3.Client) error {
			_, err := client.Revoke(ctx, lease)
			return err
		})
		if err != nil && !errors.Is(err, rpctypes.ErrLeaseNotFound) {
			return err
		}
	}
	r.mu.Lock()
	r.leases = nil
	r.mu.Unlock()
	return nil
}
