//go:build ignore

// Break: Whatever the registry's snapshot holds is pushed into the channel, an empty list during
// an outage too.
// Invariant: I5
// Seen: etcd is away, gRPC is given no addresses, closes all its connections, and every call fails
// with UNAVAILABLE although the servers are well.
// From: resolvers that push on every event; grpc-go does as it is told
// File: grpcresolver/follower.go
// Package tests: ./grpcresolver

package grpcresolver

func (f *follower) follow(w registry.Watcher) {
	defer w.Close()
	for {
		snap, err := w.Next(f.life)
		if err != nil {
			return
		}
		f.cc.UpdateState(resolver.State{Endpoints: f.endpoints(snap)})
	}
}
