//go:build ignore

// Break: The lease is kept alive until it is lost, and then the server takes no other one.
// Invariant: I1
// Seen: etcd is away for longer than a TTL. The lease runs out, the loop over its answers ends
// silently, and the server is never listed again, although it runs for weeks.
// From: for range ch {} over KeepAlive in the tutorials; kratos and Kitex give up after some
// attempts
// File: etcd/lease.go
// Package tests: ./etcd

package etcd

func (r *registration) keepRegistered(lease clientv3.LeaseID) {
	r.keepAlive(lease, r.registry.verifications(r.life)) // for range ch {}, and nothing after it
}
