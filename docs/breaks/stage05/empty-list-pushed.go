//go:build ignore

// Break: Whatever the registry's snapshot holds is pushed into the channel, an empty list during
// an outage too.
// Invariant: I5
// Seen: etcd is away, gRPC is given no addresses, closes all its connections, and every call fails
// with UNAVAILABLE although the servers are healthy.
// From: resolvers that push on every event; grpc-go takes an empty list for the truth
// File: grpcresolver/follower.go
// Package tests: ./grpcresolver

package grpcresolver

func (f *follower) follow(w registry.Watcher) {
	defer w.Close()
	var last []resolver.Endpoint
	for first := true; ; {
		snap, err := w.Next(f.life)
		if err != nil {
			if f.life.Err() == nil {
				f.cc.ReportError(err)
			}
			return
		}
		next := f.endpoints(snap)
		if !first && slices.EqualFunc(last, next, same) {
			continue
		}
		first, last = false, next
		_ = f.cc.UpdateState(resolver.State{Endpoints: next})
	}
}
