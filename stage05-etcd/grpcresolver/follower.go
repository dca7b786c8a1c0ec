package grpcresolver

import (
	"context"
	"slices"
	"sync"

	"google.golang.org/grpc/resolver"

	"example.com/workshop/stage05-etcd/registry"
)

// follower is the resolver of one channel.
type follower struct {
	addr      func(registry.Instance) string // as in Options
	cc        resolver.ClientConn
	life      context.Context // ends with Close
	end       func()
	following sync.WaitGroup
}

// ResolveNow does nothing: changes are pushed without it, and gRPC's hint that an address
// has failed does not change what the registry lists.
func (f *follower) ResolveNow(resolver.ResolveNowOptions) {}

// Close ends the watch, and returns once follow has returned.
func (f *follower) Close() {
	f.end()
	f.following.Wait()
}

// follow pushes the endpoints of snapshots with UpdateState: those of the first snapshot,
// and those of each later one that differ from the ones pushed last, as same says. It
// skips a snapshot that is stale and has no endpoints, since its list is not known to be
// empty. It returns after Close, or when the watch ends otherwise, which it reports with
// ReportError. In the end it closes w. An empty list makes round_robin close its
// connections after the calls in progress. New calls fail at once with UNAVAILABLE, or
// with grpc.WaitForReady wait for an instance. That is right for a list that is known to
// be empty: ReportError would keep the connections, to servers that have left.
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
		if snap.Stale && len(next) == 0 || !first && slices.EqualFunc(last, next, same) {
			continue
		}
		first, last = false, next
		// UpdateState's error asks for another try, as with DNS. There is none
		// to make: the registry has said all that it knows.
		_ = f.cc.UpdateState(resolver.State{Endpoints: next})
	}
}
