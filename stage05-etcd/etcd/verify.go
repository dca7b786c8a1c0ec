package etcd

import (
	"context"
	"encoding/json"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// verify returns nil if the claim and the entry are attached to the registration's lease,
// and the entry says what it should. If somebody has deleted or replaced one, verify
// writes both again, under another lease if etcd does not know that one. An etcd that was
// restored from a backup has an older entry under the same lease. If the claim is another
// registration's by then, verify leaves it alone and returns ErrTaken.
func (r *registration) verify(ctx context.Context) error {
	if err := r.turn.Acquire(ctx, 1); err != nil {
		return err
	}
	defer r.turn.Release(1)
	if err := r.life.Err(); err != nil {
		return err
	}
	value, err := json.Marshal(r.in)
	if err != nil {
		return err
	}
	var resp *clientv3.TxnResponse
	err = r.registry.do(ctx, func(ctx context.Context, client *clientv3.Client) (err error) {
		resp, err = client.Txn(ctx).If(
			clientv3.Compare(clientv3.LeaseValue(r.registry.claimKey(r.in)), "=", r.lease),
			clientv3.Compare(clientv3.LeaseValue(r.registry.entryKey(r.in)), "=", r.lease),
			clientv3.Compare(clientv3.Value(r.registry.entryKey(r.in)), "=", string(value)),
		).Commit()
		return err
	})
	if err != nil || resp.Succeeded {
		return err
	}
	r.log.Warn("the entry is gone, or not as it was written: putting it back")
	return r.put(ctx)
}
