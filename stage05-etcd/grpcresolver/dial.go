package grpcresolver

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"

	"example.com/workshop/stage05-etcd/registry"
)

// RoundRobin is the service config that makes a channel use all of its
// addresses. Without one gRPC's pick_first sends every call to the same server.
const RoundRobin = `{"loadBalancingConfig": [{"round_robin": {}}]}`

// DialOptions returns what a channel needs to follow a service, whose target
// is scheme:///SERVICE. Of options that follow these, the last one counts.
func DialOptions(scheme string, d registry.Discovery, opts Options) []grpc.DialOption {
	return append(ChannelOptions(), grpc.WithResolvers(New(scheme, d, opts)))
}

// ChannelOptions returns those that a channel to an address without a registry needs too.
func ChannelOptions() []grpc.DialOption {
	return []grpc.DialOption{
		grpc.WithDefaultServiceConfig(RoundRobin),
		// An idle channel forgets its addresses, and would need the registry
		// when it wakes up. The default is to idle after 30 minutes.
		grpc.WithIdleTimeout(0),
		// The registry's addresses are its callers' neighbours: HTTPS_PROXY is
		// not for them.
		grpc.WithNoProxy(),
		// The default grows to two minutes, in which a server that came back
		// gets no call.
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 2 * time.Second},
			// For TCP, TLS and the server's SETTINGS together: a client over net/rpc has a
			// second to connect, and one for the first sign of life.
			MinConnectTimeout: 2 * time.Second,
		}),
	}
}
