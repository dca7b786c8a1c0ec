//go:build ignore

// Break: The answers to the keep-alives are read until the channel closes, and that is the end of
// it.
// Invariant: I1
// Seen: etcd is away for longer than a TTL. The lease runs out, the loop ends without a word, and
// the server is never listed again, though it runs for weeks.
// From: for range ch {} over KeepAlive in the tutorials; kratos and Kitex give up after some
// attempts
// File: etcd/lease.go
// Package tests: ./etcd

package etcd

func (r *registration) keepRegistered(lease clientv3.LeaseID) {
	client, err := r.registry.client(r.life)
	if err != nil {
		return
	}
	answers, err := client.KeepAlive(r.life, lease)
	if err != nil {
		return
	}
	for range answers {
	}
}
