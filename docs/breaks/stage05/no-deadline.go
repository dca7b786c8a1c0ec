//go:build ignore

// Break: The list is read without a deadline.
// Invariant: I4
// Seen: One of etcd's machines loses its power. Its connections stay open, and a client that reads
// the list over one of them waits for a quarter of an hour, and uses the old list without a warning.
// From: context.TODO() around every etcd call in the tutorials
// File: etcd/read.go
// Package tests: ./etcd

package etcd

func (w *watcher) get(opts ...clientv3.OpOption) (resp *clientv3.GetResponse, err error) {
	client, err := w.registry.client(w.life)
	if err != nil {
		return nil, err
	}
	return client.Get(w.life, w.registry.servicePrefix(w.service), append(opts, clientv3.WithPrefix())...)
}
