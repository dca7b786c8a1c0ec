//go:build ignore

// Break: The prefix of a service's keys has no slash at its end.
// Invariant: I2
// Seen: Somebody starts a service called Arith2, and one call in two to Arith is answered with
// "can't find service".
// From: clientv3.WithPrefix() behind a bare name, in the tutorials and in several registries
// File: etcd/key.go
// Package tests: ./etcd

package etcd

func (r *Registry) servicePrefix(service string) string {
	return r.opts.Prefix + service
}

func (r *Registry) entryKey(in registry.Instance) string {
	return r.servicePrefix(in.Service) + "/" + cmp.Or(in.Version, "-") + "/" + in.ID
}
