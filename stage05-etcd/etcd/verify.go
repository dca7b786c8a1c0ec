package etcd

import (
	"context"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/registry"
)

// verify returns nil if the claim and the entry hang on the lease. If somebody
// has deleted one, or has put another in its place, verify puts both back,
// unless the claim is another registration's by now: ErrTaken. It returns
// ErrLeaseNotFound if they hang on another lease afterwards.
func (r *registration) verify(ctx context.Context, lease clientv3.LeaseID) error {
	if err := r.turn.Acquire(ctx, 1); err != nil {
		return err
	}
	defer r.turn.Release(1)
	if r.life.Err() != nil {
		return registry.ErrNotFound
	}
	var resp *clientv3.TxnResponse
	err := r.registry.do(ctx, func(ctx context.Context, client *clientv3.Client) (err error) {
		resp, err = client.Txn(ctx).If(
			clientv3.Compare(clientv3.LeaseValue(r.registry.claimKey(r.in)), "=", lease),
			clientv3.Compare(clientv3.LeaseValue(r.registry.entryKey(r.in)), "=", lease),
		).Commit()
		return err
	})
	if err != nil || resp.Succeeded {
		return err
	}
	r.log.Warn("the entry is gone, or not under its lease: putting it back")
	if err := r.put(ctx); err != nil {
		return err
	}
	if r.lease != lease {
		return rpctypes.ErrLeaseNotFound
	}
	return nil
}
