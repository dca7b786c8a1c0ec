package etcd

import (
	"cmp"

	"example.com/workshop/stage05-etcd/registry"
)

// An instance has two keys, both under its lease and both with the instance as JSON:
//
//	/services/Arith/1.2.3/a  its entry, in which - stands for no version
//	/services/=id/Arith/a    its claim: whoever writes it has the id
//
// The version is part of an entry's key, so without claims two instances with one id
// could be listed together. No service is called =id, since a name has no equals sign.

// servicePrefix returns the prefix of the keys of a service's entries. No key of another
// service has it, even if that service's name begins with this one's.
func (r *Registry) servicePrefix(service string) string {
	return r.opts.Prefix + service + "/"
}

// entryKey returns the key of an instance's entry.
func (r *Registry) entryKey(in registry.Instance) string {
	return r.servicePrefix(in.Service) + cmp.Or(in.Version, "-") + "/" + in.ID
}

// claimKey returns the key of an instance's claim.
func (r *Registry) claimKey(in registry.Instance) string {
	return r.opts.Prefix + "=id/" + in.Service + "/" + in.ID
}
