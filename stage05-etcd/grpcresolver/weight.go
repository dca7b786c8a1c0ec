package grpcresolver

import (
	"google.golang.org/grpc/attributes"
	"google.golang.org/grpc/resolver"
)

type weightKey struct{}

func withWeight(weight int) *attributes.Attributes { return attributes.New(weightKey{}, weight) }

// Weight returns the weight that the registry lists for an endpoint, 1 to
// registry.MaxWeight, or 1 for an endpoint from elsewhere. It is for custom balancers:
// gRPC's round_robin gives every endpoint the same share, and its weighted_round_robin
// uses the load that servers report.
//
// The weight is an attribute of the endpoint and not of its address: gRPC takes an
// address with other attributes for another server and connects again.
func Weight(e resolver.Endpoint) int {
	if weight, ok := e.Attributes.Value(weightKey{}).(int); ok {
		return weight
	}
	return 1
}
