package main

import (
	"context"
	"flag"
	"time"

	"example.com/workshop/stage03-heartbeat/client"
	"example.com/workshop/stage03-heartbeat/internal/cli"
	"example.com/workshop/stage03-heartbeat/registry"
)

// target is what to call: a service that the registry knows, or one address.
type target struct {
	addr, transport   string
	registry, service string
}

func (t *target) flags(flags *flag.FlagSet) {
	flags.StringVar(&t.addr, "addr", "", "`HOST:PORT` to call without asking the registry")
	flags.StringVar(&t.transport, "transport", "tcp", "what is spoken at -addr: `tcp|http|jsonrpc`")
	flags.StringVar(&t.registry, "registry", "http://127.0.0.1:8500", "`URL` of the registry")
	flags.StringVar(&t.service, "service", "Arith", "`NAME` to look up")
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
	return client.New(r, t.service, client.Options{}), nil
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
