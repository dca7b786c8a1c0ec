package etcd

import (
	"context"
	"log/slog"

	clientv3 "go.etcd.io/etcd/client/v3"
	"golang.org/x/sync/semaphore"

	"example.com/workshop/stage05-etcd/registry"
)

// registration keeps one instance in etcd until it is deregistered or the context that it
// was made with ends. It has a lease of its own. Revoking that removes the instance and
// nothing else, and no write that is still in progress can undo it. One lease for the
// whole process would save a keep-alive per further instance, but most processes have one
// instance.
type registration struct {
	registry *Registry
	log      *slog.Logger
	life     context.Context // ends with Deregister
	stop     func()

	turn     *semaphore.Weighted // has one place, for the writer; guards the fields below
	in       registry.Instance   // the instance to list
	lease    clientv3.LeaseID    // the only one to which the entry may be attached; 0 before the first
	entry    string              // the entry's key, as the claim says
	revision int64               // of the claim, as this registration last wrote it; 0 for none
}

// Register makes the Registry a registry.Registrar. While etcd is away, or the
// lease of another registration of the same id runs, it keeps trying.
func (r *Registry) Register(ctx context.Context, in registry.Instance) (registry.Registration, error) {
	in = in.WithDefaults()
	if err := in.Validate(); err != nil {
		return nil, err
	}
	life, stop := context.WithCancel(ctx)
	reg := &registration{
		registry: r, log: r.opts.Logger.With("service", in.Service, "id", in.ID),
		life: life, stop: stop, turn: semaphore.NewWeighted(1), in: in,
	}
	lease, err := reg.enter()
	if err != nil {
		reg.Deregister(context.WithoutCancel(ctx)) // a write may have listed it though its response was lost
		return nil, err
	}
	go reg.keepRegistered(lease)
	return reg, nil
}

// Deregister ends the registration and takes the instance off the list. It is
// no error when the lease has run out already, or when it is called again. If ctx ends
// while a write is in progress, the instance is taken off as soon as that is complete.
func (r *registration) Deregister(ctx context.Context) error {
	r.stop()
	if err := r.turn.Acquire(ctx, 1); err != nil { // so that no write comes after this
		go r.Deregister(context.WithoutCancel(ctx)) // the write in progress may list it anew
		return err
	}
	defer r.turn.Release(1)
	return r.revoke(ctx)
}
