package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"time"

	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/internal/cli"
	"example.com/workshop/stage04-balancing/registry"
)

// target is what to call: a service that the registry knows, or one address.
type target struct {
	addr, transport   string
	registry, service string
	balancer          string
}

func (t *target) flags(flags *flag.FlagSet) {
	flags.StringVar(&t.addr, "addr", "", "`HOST:PORT` to call without asking the registry")
	flags.StringVar(&t.transport, "transport", "tcp", "what is spoken at -addr: `tcp|http|jsonrpc`")
	flags.StringVar(&t.registry, "registry", "http://127.0.0.1:8500", "`URL` of the registry")
	flags.StringVar(&t.service, "service", "Arith", "`NAME` to look up")
	flags.StringVar(&t.balancer, "balancer", balancer.Default, "`NAME` of how an instance is chosen: "+strings.Join(balancer.Names(), ", ")+";\n"+
		"the default loses least when a server is slow or frozen, since it weighs latency\nand calls in flight")
}

// open returns what to call.
func (t *target) open(ctx context.Context, timeout time.Duration) (caller, error) {
	if t.addr != "" {
		if err := cli.CheckAddr("addr", t.addr); err != nil {
			return nil, err
		}
		return dial(ctx, t.transport, t.addr, timeout)
	}
	if err := registry.ValidService(t.service); err != nil {
		return nil, cli.Usagef("-%v", err)
	}
	r, err := registry.NewClient(t.registry, registry.ClientOptions{})
	if err != nil {
		return nil, cli.Usagef("%v", err)
	}
	b, err := balancer.New(t.balancer)
	if err != nil {
		return nil, cli.Usagef("-balancer: %v", err)
	}
	return client.New(r, t.service, client.Options{
		Balancer:   b,
		Key:        func(_ context.Context, _ string, args any) string { return fmt.Sprint(args) },
		Idempotent: []string{"Arith.Multiply", "Arith.Sum", "Arith.Divide"},
	})
}

func dial(ctx context.Context, transport, addr string, timeout time.Duration) (caller, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, err := client.Dial(ctx, transport, addr, client.Options{})
	if err != nil {
		return nil, plain(err, timeout)
	}
	return conn, nil
}
