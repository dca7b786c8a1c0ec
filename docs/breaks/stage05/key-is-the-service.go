//go:build ignore

// Break: The key of an entry is the service's name alone.
// Invariant: I2
// Seen: Of three servers one is listed: each overwrites the one before, and the first that leaves
// removes the only entry.
// From: cli.Put(ctx, "/services/"+name, addr) in one of the tutorials
// File: etcd/key.go
// Package tests: ./etcd

package etcd

func (r *Registry) entryKey(in registry.Instance) string {
	return r.servicePrefix(in.Service)
}
