package etcd

import (
	"context"
	"encoding/json"
	"errors"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/registry"
)

// enter puts the entry into etcd and returns the entry's lease. It tries until that works
// or the registration ends.
func (r *registration) enter() (lease clientv3.LeaseID, err error) {
	err = retry(r.life, r.log, func(ctx context.Context) error {
		if err := r.turn.Acquire(ctx, 1); err != nil {
			return err
		}
		defer r.turn.Release(1)
		if err := ctx.Err(); err != nil {
			return err
		}
		err := r.put(ctx)
		if errors.Is(err, registry.ErrTaken) {
			r.lease = 0 // it is not kept alive until the id is free
		}
		lease = r.lease
		return err
	})
	return lease, err
}

// put writes the entry under the registration's lease. If etcd does not know that lease
// any more, nothing is attached to it, and put writes the entry under a new lease. The
// caller has the turn. A request that has begun is completed even if ctx ends, so that
// the next one to have the turn comes after it.
func (r *registration) put(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	if r.lease != 0 {
		if err := r.registry.do(ctx, r.write); !errors.Is(err, rpctypes.ErrLeaseNotFound) {
			return err
		}
	}
	if err := r.grant(ctx); err != nil {
		return err
	}
	return r.registry.do(ctx, r.write)
}

// write puts the claim and the entry in one transaction, if the claim is as this
// registration left it. Otherwise it looks whose claim it is: nobody's, its own after a
// lost response, or another lease's. In the last case it returns ErrTaken with the
// address that has the id. It deletes an entry of its own under another version.
func (r *registration) write(ctx context.Context, client *clientv3.Client) error {
	claim, entry := r.registry.claimKey(r.in), r.registry.entryKey(r.in)
	value, err := json.Marshal(r.in)
	if err != nil {
		return err
	}
	for {
		ops := []clientv3.Op{
			clientv3.OpPut(claim, string(value), clientv3.WithLease(r.lease)),
			clientv3.OpPut(entry, string(value), clientv3.WithLease(r.lease)),
		}
		if r.entry != "" && r.entry != entry {
			ops = append(ops, clientv3.OpDelete(r.entry))
		}
		resp, err := client.Txn(ctx).
			If(clientv3.Compare(clientv3.ModRevision(claim), "=", r.revision)).
			Then(ops...).Else(clientv3.OpGet(claim)).Commit()
		if err != nil {
			return err
		}
		if resp.Succeeded {
			r.entry, r.revision = entry, resp.Header.GetRevision()
			return nil
		}
		r.entry, r.revision = "", 0
		if len(resp.Responses) == 0 {
			return errors.New("the transaction has no result: the peer is no etcd")
		}
		for _, claim := range resp.Responses[0].GetResponseRange().GetKvs() {
			if err := r.adopt(claim); err != nil {
				return err
			}
		}
	}
}
