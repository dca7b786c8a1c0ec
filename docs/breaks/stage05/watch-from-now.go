//go:build ignore

// Break: The list is read, and then the watch begins from now on, not from the list's revision.
// Invariant: I3
// Seen: A server that registers in the moment between the two is not called by this client, and
// one that leaves then is called until something else changes.
// From: cli.Get(…) and cli.Watch(…) one after the other, in the tutorials and in rpcx
// File: etcd/follow.go
// Package tests: ./etcd

package etcd

func (w *watcher) begin(ctx context.Context, cancel func(), from int64) (changes clientv3.WatchChan, err error) {
	err = w.registry.do(ctx, func(_ context.Context, client *clientv3.Client) error {
		late := time.AfterFunc(w.registry.opts.Timeout, cancel)
		changes = client.Watch(ctx, w.registry.servicePrefix(w.service), clientv3.WithPrefix())
		if !late.Stop() {
			return context.DeadlineExceeded
		}
		return nil
	})
	return changes, err
}
