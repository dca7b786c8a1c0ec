package etcd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/registry"
)

// put writes the entry under a lease, unless the registration has ended. It
// sees a request through when ctx ends, so that Deregister comes after it.
func (r *registration) put(ctx context.Context) error {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if r.life.Err() != nil {
		return registry.ErrNotFound
	}
	ctx = context.WithoutCancel(ctx)
	lease, in, err := r.granted(ctx)
	if err != nil {
		return err
	}
	err = r.ask(ctx, func(ctx context.Context, client *clientv3.Client) error {
		return r.write(ctx, client, in, lease)
	})
	if errors.Is(err, rpctypes.ErrLeaseNotFound) {
		r.lost(lease)
	}
	if err == nil {
		r.mu.Lock()
		r.leases = []clientv3.LeaseID{lease} // the entry has moved away from the others
		r.mu.Unlock()
	}
	return err
}

// granted returns what to put, and a lease to put it under. It never is 0,
// which etcd takes for "keep this for ever".
func (r *registration) granted(ctx context.Context) (clientv3.LeaseID, registry.Instance, error) {
	r.mu.Lock()
	lease, in := r.lease, r.in
	r.mu.Unlock()
	if lease != 0 {
		return lease, in, nil
	}
	err := r.ask(ctx, func(ctx context.Context, client *clientv3.Client) error {
		resp, err := client.Grant(ctx, int64(r.opts.TTL.Seconds()))
		if err == nil {
			lease = resp.ID
		}
		return err
	})
	if err != nil {
		return 0, in, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lease = lease
	r.leases = append(r.leases, lease)
	return lease, r.in, nil
}

// lost makes the next put ask for another lease.
func (r *registration) lost(lease clientv3.LeaseID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lease == lease {
		r.lease = 0
	}
}

// write puts the claim and the entry in one transaction, if the claim is as
// this registration left it. Otherwise it looks who holds the id: nobody, this
// registration itself (after an answer that got lost), a server in whose place,
// at the same address, this one was started, or somebody else: ErrTaken.
func (r *registration) write(ctx context.Context, client *clientv3.Client, in registry.Instance, lease clientv3.LeaseID) error {
	key, claimKey := r.entryKey(in.Service, in.Version, in.ID), r.claimKey(in.Service, in.ID)
	value, err := json.Marshal(in)
	if err != nil {
		return err
	}
	mine, err := json.Marshal(claim{r.owner, in.Addr, in.Version})
	if err != nil {
		return err
	}
	listed, revision := r.listed, r.revision
	for {
		ops := []clientv3.Op{
			clientv3.OpPut(claimKey, string(mine), clientv3.WithLease(lease)),
			clientv3.OpPut(key, string(value), clientv3.WithLease(lease)),
		}
		if listed != "" && listed != key {
			ops = append(ops, clientv3.OpDelete(listed))
		}
		resp, err := client.Txn(ctx).
			If(clientv3.Compare(clientv3.ModRevision(claimKey), "=", revision)). // 0 if it is not there
			Then(ops...).Else(clientv3.OpGet(claimKey)).Commit()
		if err != nil {
			return err
		}
		if resp.Succeeded {
			r.listed, r.revision = key, resp.Header.Revision
			return nil
		}
		listed, revision = "", 0
		for _, kv := range resp.Responses[0].GetResponseRange().Kvs {
			var other claim
			if err := json.Unmarshal(kv.Value, &other); err != nil {
				return fmt.Errorf("%w: %s holds %q", registry.ErrTaken, claimKey, kv.Value)
			}
			if other.Owner != r.owner && other.Addr != in.Addr {
				return fmt.Errorf("%w: %s of %s is %s", registry.ErrTaken, in.ID, in.Service, other.Addr)
			}
			listed, revision = r.entryKey(in.Service, other.Version, in.ID), kv.ModRevision
		}
	}
}
