// Package grpcresolver lets gRPC clients find servers in any registry.Discovery: etcd,
// the HTTP registry, or a Store in memory. The one rule: an address is removed only when
// a registry that answers no longer lists it. If most servers vanish at once, their
// addresses stay, unless the servers have said goodbye.
//
// A target names the service and nothing else, as in etcd:///Arith. gRPC's own interfaces
// are resolver.Builder, which makes a resolver for each channel, and resolver.Resolver. A
// Resolver has no method that resolves: it pushes whole states into the channel, and a
// registry.Watcher returns whole states.
package grpcresolver

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc/resolver"

	"example.com/workshop/stage05-etcd/registry"
)

// MetadataKey is the metadata key under which an instance says at which HOST:PORT it
// speaks gRPC. Its Addr is where it speaks net/rpc.
const MetadataKey = "grpc"

// Options change how instances become addresses. The zero value is the default.
type Options struct {
	// Addr returns where an instance speaks gRPC, or "" if it does not; the
	// default is its metadata under MetadataKey.
	Addr func(registry.Instance) string
	// Hold is how long the address of an instance that vanished without a goodbye may
	// still be used, as registry.Hold says; default 5 min. It is not extended for a
	// server that still answers, since a channel does not report that. If Hold is
	// negative, no instance is held.
	Hold time.Duration
}

// New returns a builder for targets of a scheme, such as etcd. Pass it to
// grpc.WithResolvers, which applies to one channel: resolver.Register would change the
// whole process.
func New(scheme string, d registry.Discovery, opts Options) resolver.Builder {
	if opts.Addr == nil {
		opts.Addr = func(in registry.Instance) string { return in.Metadata[MetadataKey] }
	}
	d = registry.Hold(d, registry.HoldOptions{For: opts.Hold})
	return &builder{scheme: scheme, discovery: d, addr: opts.Addr}
}

type builder struct {
	scheme    string
	discovery registry.Discovery
	addr      func(registry.Instance) string
}

func (b *builder) Scheme() string { return b.scheme }

// Build follows the service that target names. It returns an error for a name that no
// service can have, but none for a registry that is away.
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
	f := &follower{addr: b.addr, cc: cc, life: life, end: end}
	f.following.Go(func() { f.follow(w) })
	return f, nil
}
