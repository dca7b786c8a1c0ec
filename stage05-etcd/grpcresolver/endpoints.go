package grpcresolver

import (
	"cmp"
	"slices"

	"google.golang.org/grpc/resolver"

	"example.com/workshop/stage05-etcd/registry"
)

// endpoints returns where calls over gRPC may go, sorted by address, and never nil. It
// returns the listed instances that speak gRPC and have a weight above 0. If more held
// instances than listed ones do so, it adds the held ones: most servers do not die at
// once, and if they do, round_robin uses those to which it has a connection. A held
// instance whose address is listed under another id is left out first, for its successor
// is there.
//
// gRPC closes the connection of an address that is not in the list, after its calls. It
// keeps the connection of an endpoint whose address and server name stay the same.
func (f *follower) endpoints(snap registry.Snapshot) []resolver.Endpoint {
	endpoints, held := f.speaking(snap.Instances), f.speaking(snap.Held)
	taken := make(map[string]bool, len(endpoints))
	for _, e := range endpoints {
		taken[address(e)] = true
	}
	held = slices.DeleteFunc(held, func(e resolver.Endpoint) bool { return taken[address(e)] })
	if len(held) > len(endpoints) {
		endpoints = append(endpoints, held...)
	}
	slices.SortStableFunc(endpoints, func(a, b resolver.Endpoint) int { return cmp.Compare(address(a), address(b)) })
	return endpoints
}

// speaking returns the endpoints of the instances in list that speak gRPC and take calls.
func (f *follower) speaking(list []registry.Instance) []resolver.Endpoint {
	endpoints := []resolver.Endpoint{} // nil would be no news
	for _, in := range list {
		addr := f.addr(in)
		if addr == "" || in.Weight == 0 {
			continue
		}
		endpoints = append(endpoints, resolver.Endpoint{
			// TLS verifies the host that is called, as it does for net/rpc, and
			// not the service's name, which every instance would share.
			Addresses:  []resolver.Address{{Addr: addr, ServerName: addr}},
			Attributes: withWeight(in.Weight),
		})
	}
	return endpoints
}

func address(e resolver.Endpoint) string { return e.Addresses[0].Addr }

// same reports whether a and b are alike in what a channel or a balancer sees:
// the address and the weight.
func same(a, b resolver.Endpoint) bool {
	return address(a) == address(b) && a.Attributes.Equal(b.Attributes)
}
