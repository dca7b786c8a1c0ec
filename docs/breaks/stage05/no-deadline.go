//go:build ignore

// Break: A request to etcd has no deadline but its caller's, and most callers have none.
// Invariant: I4
// Seen: One of etcd's machines loses its power. Its connections stay open, and whoever asks over
// one of them waits for a quarter of an hour, a server that wants to stop among them.
// From: context.TODO() around every etcd call in the tutorials
// File: etcd/registry.go
// Package tests: ./etcd

package etcd

func (r *Registry) do(ctx context.Context, request func(context.Context, *clientv3.Client) error) error {
	client, err := r.client(ctx)
	if err == nil {
		err = request(ctx, client)
	}
	return r.named(err)
}
