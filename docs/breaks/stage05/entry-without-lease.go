//go:build ignore

// Break: The entry is put without a lease.
// Invariant: I2
// Seen: A server that dies stays listed for ever, and so does its entry after every restart under
// another id.
// From: cli.Put(ctx, key, value), and the lease forgotten, in one of the tutorials
// File: etcd/entry.go
// Package tests: ./etcd

package etcd

func (r *registration) write(ctx context.Context, client *clientv3.Client) error {
	entry := r.registry.entryKey(r.in)
	value, err := json.Marshal(r.in)
	if err != nil {
		return err
	}
	if _, err := client.Put(ctx, entry, string(value)); err != nil {
		return err
	}
	r.entry = entry
	return nil
}
