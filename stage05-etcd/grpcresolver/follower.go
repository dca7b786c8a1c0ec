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

// ResolveNow does nothing: changes come by themselves, and gRPC's hint that an
// address has failed is no news from the registry.
func (f *follower) ResolveNow(resolver.ResolveNowOptions) {}

// Close ends the watch, and has waited for it when it returns.
func (f *follower) Close() {
	f.end()
	f.following.Wait()
}

// follow pushes the endpoints of the first snapshot, and of each one after it
// whose endpoints differ from those pushed last, as same says, with UpdateState.
// It returns after Close, or when the watch ends otherwise, which it reports with
// ReportError, and closes w. An empty list makes
// round_robin close its connections after the calls in progress and fail new
// ones at once with UNAVAILABLE, or, with grpc.WaitForReady, let them wait for an
// instance: right for a list that is known to be empty. ReportError would keep
// the connections, to servers that have left. An empty list that is stale is not
// known to be empty, so it is not pushed.
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
