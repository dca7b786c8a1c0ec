package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"time"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/internal/cli"
	"example.com/workshop/stage05-etcd/internal/registryurl"
	"example.com/workshop/stage05-etcd/internal/tlshint"
	"example.com/workshop/stage05-etcd/mtls"
	"example.com/workshop/stage05-etcd/registry"
)

// target is what to call: a service that the registry knows, or one address.
type target struct {
	addr, transport   string
	registry, service string
	balancer          string
	user              string
	grpc              bool
	tls               mtls.Files
}

func (t *target) flags(flags *flag.FlagSet) {
	flags.StringVar(&t.addr, "addr", "", "`HOST:PORT` to call without asking the registry")
	flags.StringVar(&t.transport, "transport", "tcp", "what is spoken at -addr: `tcp|http|jsonrpc`")
	flags.StringVar(&t.registry, "registry", "http://127.0.0.1:8500", registryurl.URLUsage)
	flags.StringVar(&t.user, "user", "", registryurl.UserUsage)
	flags.StringVar(&t.service, "service", "Arith", "`NAME` to look up")
	flags.StringVar(&t.balancer, "balancer", balancer.Default, "`NAME` of how an instance is chosen: "+strings.Join(balancer.Names(), ", ")+";\n"+
		"the default loses least when a server is slow or frozen, since it weighs latency\nand calls in flight")
	flags.BoolVar(&t.grpc, "grpc", false, "call over gRPC, always with power-of-two")
	tlshint.Flags(flags, &t.tls)
}

// open returns what to call.
func (t *target) open(ctx context.Context, timeout time.Duration) (caller, error) {
	secure, err := t.tls.Client()
	if err != nil {
		return nil, cli.Usagef("%v", err)
	}
	if t.addr != "" {
		if err := cli.CheckAddr("addr", t.addr); err != nil {
			return nil, err
		}
		if t.grpc {
			return t.openGRPC(nil, secure)
		}
		return dial(ctx, t.transport, t.addr, timeout, options(secure))
	}
	if err := registry.ValidService(t.service); err != nil {
		return nil, cli.Usagef("-%v", err)
	}
	lookup := registryurl.Options{User: t.user, TLS: secure}
	lookup.Timeout = min(max(timeout/2, 500*time.Millisecond), 2*time.Second) // so that an error can name the cause before the timeout
	r, err := registryurl.Open(t.registry, lookup)
	if err != nil {
		return nil, err
	}
	if t.grpc {
		return t.openGRPC(r, secure)
	}
	b, err := balancer.New(t.balancer)
	if err != nil {
		return nil, cli.Usagef("-balancer: %v", err)
	}
	opts := options(secure)
	opts.Balancer = b
	opts.Key = func(_ context.Context, _ string, args any) string { return fmt.Sprint(args) }
	opts.Idempotent = []string{"Arith.Multiply", "Arith.Sum", "Arith.Divide"}
	return client.New(r, t.service, opts)
}

func dial(ctx context.Context, transport, addr string, timeout time.Duration, opts client.Options) (caller, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, err := client.Dial(ctx, transport, addr, opts)
	if err != nil {
		return nil, plain(err, timeout)
	}
	return conn, nil
}
