//go:build ignore

// Break: The entry is put without a lease.
// Invariant: I2
// Seen: A server that dies stays listed for ever; if each has a new id, as containers do, the list
// grows with every restart.
// From: cli.Put(ctx, key, value) without a lease, in one of the tutorials
// File: etcd/entry.go
// Package tests: ./etcd

package etcd

func (r *registration) write(ctx context.Context, client *clientv3.Client) error {
	claim, entry := r.registry.claimKey(r.in), r.registry.entryKey(r.in)
	value, err := json.Marshal(r.in)
	if err != nil {
		return err
	}
	for {
		ops := []clientv3.Op{
			clientv3.OpPut(claim, string(value), clientv3.WithLease(r.lease)),
			clientv3.OpPut(entry, string(value)),
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
			r.entry, r.revision = entry, resp.Header.Revision
			return nil
		}
		r.entry, r.revision = "", 0
		for _, claim := range resp.Responses[0].GetResponseRange().Kvs {
			if err := r.adopt(claim); err != nil {
				return err
			}
		}
	}
}
