package main

import (
	"context"
	"flag"
	"time"

	"example.com/workshop/stage01-rpc/client"
	"example.com/workshop/stage01-rpc/internal/cli"
)

// target is the address to call.
type target struct {
	addr, transport string
}

func (t *target) flags(flags *flag.FlagSet) {
	flags.StringVar(&t.addr, "addr", "127.0.0.1:1234", "`HOST:PORT` to call")
	flags.StringVar(&t.transport, "transport", "tcp", "what is spoken there: `tcp|http|jsonrpc`")
}

// open returns what to call.
func (t *target) open(ctx context.Context, timeout time.Duration) (caller, error) {
	if err := cli.CheckAddr("addr", t.addr); err != nil {
		return nil, err
	}
	return dial(ctx, t.transport, t.addr, timeout)
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
