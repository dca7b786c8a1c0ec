package etcd

import (
	"context"
	"errors"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

var errSilent = errors.New("no beat was answered for a TTL, or the lease was revoked")

// keep holds the lease until the registration ends. When the lease is lost, for
// whatever reason, keep puts the instance under another one.
func (r *registration) keep() {
	var pauses backOff
	for r.life.Err() == nil {
		r.mu.Lock()
		lease := r.lease
		r.mu.Unlock()
		if lease != 0 {
			began := time.Now()
			err := r.hold(lease)
			if r.life.Err() != nil {
				return
			}
			r.lost(lease)
			r.log.Warn("the lease is lost: registering again", "err", err)
			if time.Since(began) > r.opts.TTL {
				pauses = backOff{}
			}
		}
		pauses.pause(r.life)
		if err := insist(r.life, r.log, r.put); err == nil {
			r.log.Info("registered again")
		}
	}
}

// hold keeps a lease alive and returns why it no longer is. The client sends
// the beats, all of its leases' on one stream, and closes the channel when none
// has been answered for a TTL. An answer says that the lease lives, but not
// that the entry still hangs on it, so hold looks at that from time to time.
func (r *registration) hold(lease clientv3.LeaseID) error {
	ctx, cancel := context.WithCancel(r.life)
	defer cancel()
	client, err := r.connected(ctx)
	if err != nil {
		return err
	}
	beats, err := client.KeepAlive(ctx, lease)
	if err != nil {
		return err
	}
	check := time.NewTimer(jitter(r.opts.Check))
	defer check.Stop()
	var beat, patience time.Duration // after an answer at the latest
	grant := func(ttl time.Duration) {
		beat = ttl/3 + time.Second/2
		patience = max(ttl/2, beat+time.Second/2)
	}
	grant(r.opts.TTL)
	late := time.NewTimer(patience)
	defer late.Stop()
	answered := time.Now()
	for {
		select {
		case resp, alive := <-beats: // drained, for a full channel makes the client complain
			if !alive {
				return errSilent
			}
			answered = time.Now()
			grant(time.Duration(resp.TTL) * time.Second) // which may be longer than was asked for
			late.Reset(patience)
		case <-late.C:
			r.lines.drop(answered.Add(beat)) // so that the next beat takes another way, while the lease still lives
		case <-check.C:
			switch err := r.check(ctx, lease); {
			case errors.Is(err, rpctypes.ErrLeaseNotFound):
				return err
			case err != nil && ctx.Err() == nil:
				r.log.Debug("cannot look at the entry", "err", err)
			}
			check.Reset(jitter(r.opts.Check))
		}
	}
}

// check puts the entry back if somebody has deleted it, or has put another in
// its place that does not hang on the lease. If somebody else has the id by now,
// who must then be at the same address, that is left alone.
func (r *registration) check(ctx context.Context, lease clientv3.LeaseID) error {
	r.mu.Lock()
	in := r.in
	r.mu.Unlock()
	var claims, entries []*mvccpb.KeyValue
	err := r.ask(ctx, func(ctx context.Context, client *clientv3.Client) error {
		resp, err := client.Txn(ctx).Then(
			clientv3.OpGet(r.claimKey(in.Service, in.ID)), // with values, for etcd 3.7 tells no lease with keys only
			clientv3.OpGet(r.entryKey(in.Service, in.Version, in.ID)),
		).Commit()
		if err == nil {
			claims, entries = resp.Responses[0].GetResponseRange().Kvs, resp.Responses[1].GetResponseRange().Kvs
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case len(claims) > 0 && claims[0].Lease != int64(lease): // somebody else's
		return nil
	case len(claims) > 0 && len(entries) > 0 && entries[0].Lease == int64(lease):
		return nil
	}
	r.log.Warn("the entry is gone, or not under its lease: putting it back")
	err = r.put(ctx)
	if err != nil && !errors.Is(err, rpctypes.ErrLeaseNotFound) && ctx.Err() == nil {
		r.log.Warn("cannot keep the entry", "err", err)
	}
	return err
}
