package etcd

import (
	"context"
	"errors"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

var errNotKeptAlive = errors.New("no keep-alive was answered for a TTL, or the lease was revoked")

// grant first reads the claim's key (claimKey). The caller has the turn, and no lease that
// etcd knows, so a claim there is another registration's. A lease granted now would only
// run out while this registration waits for the id. So grant asks for none and returns
// taken's error. Otherwise it asks for a lease of Options.TTL, and sets lease to its ID,
// entry to "" and revision to 0, since nothing has been written under it. After an error
// all three are unchanged.
func (r *registration) grant(ctx context.Context) error {
	return r.registry.do(ctx, func(ctx context.Context, client *clientv3.Client) error {
		claims, err := client.Get(ctx, r.registry.claimKey(r.in))
		if err != nil {
			return err
		}
		if len(claims.Kvs) > 0 {
			return r.taken(claims.Kvs[0])
		}
		granted, err := client.Grant(ctx, int64(r.registry.opts.TTL.Seconds()))
		if err == nil {
			r.lease, r.entry, r.revision = granted.ID, "", 0
		}
		return err
	})
}

// revoke ends the lease, if there is one, and the entry with it, and sets lease to 0. It
// is no error if etcd does not know the lease any more (rpctypes.ErrLeaseNotFound). After
// another error lease is unchanged, so that revoke can be called again. The caller has
// the turn.
func (r *registration) revoke(ctx context.Context) error {
	if r.lease == 0 {
		return nil
	}
	err := r.registry.do(ctx, func(ctx context.Context, client *clientv3.Client) error {
		_, err := client.Revoke(ctx, r.lease)
		return err
	})
	if err == nil || errors.Is(err, rpctypes.ErrLeaseNotFound) {
		r.lease = 0
		return nil
	}
	return err
}

// keepRegistered keeps the lease alive (keepAlive) until life ends. Each keepAlive gets
// the same verifications. If it returns before life ends, keepRegistered warns "the lease
// is lost: registering again" with err, waits for the next pause of a backoff, enters the
// entry again (enter), logs "registered again", and goes on with the lease that enter
// returned. The backoff starts again after a lease that was kept alive for longer than
// its TTL.
func (r *registration) keepRegistered(lease clientv3.LeaseID) {
	var pauses backoff
	due := r.registry.verifications(r.life)
	for {
		began := time.Now()
		err := r.keepAlive(lease, due)
		if r.life.Err() != nil {
			return
		}
		r.log.Warn("the lease is lost: registering again", "err", err)
		if time.Since(began) > r.registry.opts.TTL {
			pauses = backoff{}
		}
		pauses.wait(r.life)
		if lease, err = r.enter(); err != nil {
			return // life has ended
		}
		r.log.Info("registered again")
	}
}

// keepAlive keeps a lease alive until it cannot, and returns the reason. The client sends
// the keep-alives of all its leases on one stream, and closes the channel if none has
// been answered for a TTL. An answer says that the lease is alive, but not that the entry
// is still attached to it. So keepAlive verifies that whenever it is due.
func (r *registration) keepAlive(lease clientv3.LeaseID, due <-chan extent) error {
	ctx, cancel := context.WithCancel(r.life)
	defer cancel()
	client, err := r.registry.client(ctx)
	if err != nil {
		return err
	}
	answers, err := client.KeepAlive(ctx, lease)
	if err != nil {
		return err
	}
	late := r.registry.conns.expectAnswer(r.registry.opts.TTL)
	defer late.stop()
	for {
		select {
		case answer, ok := <-answers: // all are read, since the client complains about a full channel
			if !ok {
				return errNotKeptAlive
			}
			late.answered(time.Duration(answer.TTL) * time.Second)
		case <-due:
			if err := r.verify(ctx); err != nil && r.life.Err() == nil {
				r.log.Warn("cannot verify the entry", "err", err)
			}
		}
	}
}
