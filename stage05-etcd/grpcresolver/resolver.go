// Package grpcresolver lets gRPC clients find servers in any
// registry.Discovery: etcd, the HTTP registry, or a Store in memory. The one
// rule: only a registry that answers can take an address away. One that is
// away, or has just started, leaves gRPC with the addresses that it has.
//
// A target names the service and nothing else, as in etcd:///Arith. gRPC's
// own interfaces are resolver.Builder, which makes a resolver for each
// channel, and resolver.Resolver, which has no method that resolves: it pushes
// whole states into the channel, which is what a registry.Watcher returns.
package grpcresolver

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"google.golang.org/grpc/resolver"

	"example.com/workshop/stage05-etcd/registry"
)

// MetadataKey is the key in an instance's metadata under which it says at which
// HOST:PORT it speaks gRPC. Its Addr is where it speaks net/rpc.
const MetadataKey = "grpc"

// Options change how instances become addresses. The zero value is the default.
type Options struct {
	// Addr returns where an instance speaks gRPC, or "" if it does not; the
	// default is its metadata under MetadataKey.
	Addr func(registry.Instance) string
}

// New returns a builder for targets of a scheme, such as etcd. It belongs into
// grpc.WithResolvers, which holds for one channel: resolver.Register would
// change the whole process.
func New(scheme string, d registry.Discovery, opts Options) resolver.Builder {
	if opts.Addr == nil {
		opts.Addr = func(in registry.Instance) string { return in.Metadata[MetadataKey] }
	}
	return &builder{scheme: scheme, discovery: d, addr: opts.Addr}
}

type builder struct {
	scheme    string
	discovery registry.Discovery
	addr      func(registry.Instance) string
}

func (b *builder) Scheme() string { return b.scheme }

// Build follows the service that target names. It returns an error for a name
// that no service can have; a registry that is away is none.
func (b *builder) Build(target resolver.Target, cc resolver.ClientConn, _ resolver.BuildOptions) (resolver.Resolver, error) {
	if host := target.URL.Host; host != "" {
		return nil, fmt.Errorf("target %s: want %s:///SERVICE, not %q before the service", target.URL.Redacted(), b.scheme, host)
	}
	life, end := context.WithCancel(context.Background())
	w, err := b.discovery.Watch(life, target.Endpoint())
	if err != nil {
		end()
		return nil, fmt.Errorf("target %s: %w", target.URL.Redacted(), err)
	}
	r := &follower{builder: b, cc: cc, life: life, end: end}
	r.following.Go(func() { r.follow(w) })
	return r, nil
}

// follower is the resolver of one channel.
type follower struct {
	*builder
	cc        resolver.ClientConn
	life      context.Context // ends with Close
	end       func()
	following sync.WaitGroup
}

// ResolveNow does nothing: changes come by themselves, and gRPC's hint that an
// address has failed is no news from the registry.
func (r *follower) ResolveNow(resolver.ResolveNowOptions) {}

// Close ends the watch, and has waited for it when it returns.
func (r *follower) Close() {
	r.end()
	r.following.Wait()
}

// follow hands each list on. An empty one makes round_robin hang up after the
// calls in progress and fail new ones at once with UNAVAILABLE, or, with
// grpc.WaitForReady, let them wait for an instance: right for a list that is
// known to be empty. ReportError would keep the connections, to servers that
// have left. An empty list that is stale is not known to be empty.
func (r *follower) follow(w registry.Watcher) {
	defer w.Close()
	var last []resolver.Endpoint
	for first := true; ; {
		snap, err := w.Next(r.life)
		if err != nil {
			if r.life.Err() == nil {
				r.cc.ReportError(err)
			}
			return
		}
		next := r.endpoints(snap.Instances)
		if snap.Stale && len(next) == 0 || !first && slices.EqualFunc(last, next, same) {
			continue
		}
		first, last = false, next
		// UpdateState's error asks for another try, as with DNS. There is none
		// to make: the registry has said all that it knows.
		_ = r.cc.UpdateState(resolver.State{Endpoints: next})
	}
}

// endpoints returns the instances that take calls over gRPC, sorted by
// address. gRPC keeps the connection of an endpoint whose address and server
// name stay; the rest is not compared.
func (r *follower) endpoints(list []registry.Instance) []resolver.Endpoint {
	endpoints := []resolver.Endpoint{} // nil would be no news
	for _, in := range list {
		addr := r.addr(in)
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
	slices.SortStableFunc(endpoints, func(a, b resolver.Endpoint) int { return cmp.Compare(address(a), address(b)) })
	return endpoints
}

func address(e resolver.Endpoint) string { return e.Addresses[0].Addr }

func same(a, b resolver.Endpoint) bool {
	return address(a) == address(b) && a.Attributes.Equal(b.Attributes)
}
