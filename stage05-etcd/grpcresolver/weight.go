package grpcresolver

import (
	"google.golang.org/grpc/attributes"
	"google.golang.org/grpc/resolver"
)

type weightKey struct{}

func withWeight(weight int) *attributes.Attributes { return attributes.New(weightKey{}, weight) }

// Weight returns the weight that the registry lists for an endpoint, 1 to
// registry.MaxWeight, or 1 for an endpoint from elsewhere. It is for balancers
// that one writes: gRPC's round_robin gives every endpoint the same share, and
// its weighted_round_robin goes by the load that servers report.
//
// It hangs on the endpoint and not on its address, for gRPC takes an address
// with other attributes for another server and connects anew.
func Weight(e resolver.Endpoint) int {
	if weight, ok := e.Attributes.Value(weightKey{}).(int); ok {
		return weight
	}
	return 1
}
