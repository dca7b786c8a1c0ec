// Command arith-server serves Arith.
package main

import (
	"context"
	"errors"
	"time"

	"example.com/workshop/stage03-heartbeat/arith"
	"example.com/workshop/stage03-heartbeat/internal/cli"
	"example.com/workshop/stage03-heartbeat/internal/faulty"
	"example.com/workshop/stage03-heartbeat/server"
)

const usage = `arith-server serves Arith.Multiply, Arith.Sum and Arith.Divide, and is registered for as long as it does.

  arith-server
  arith-server -listen 127.0.0.1:0 -registry http://127.0.0.1:8500 -weight 2
  arith-server -ttl 60s -beat 10s     the intervals of the usual tutorials
  arith-server -registry ""           without a registry`

// drainTime is how long calls in progress may take when the server stops.
const drainTime = 7 * time.Second

func main() { cli.Main("arith-server", run) }

func run(ctx context.Context, args []string) error {
	flags := cli.Flags("arith-server")
	listen := flags.String("listen", "127.0.0.1:1234", "`HOST:PORT` to listen on")
	transport := flags.String("transport", "tcp", "what is spoken there: `tcp|http|jsonrpc`")
	delay := flags.Duration("delay", 0, "simulated work per call")
	withFaulty := flags.Bool("faulty", false, "serve Faulty too, for experiments: Panic, Hang and Exit do what they say")
	entry := entryFlags(flags)
	if err := cli.Parse(flags, usage, args, 0); err != nil {
		return err
	}
	switch *transport {
	case "tcp", "http", "jsonrpc":
	default:
		return cli.Usagef("-transport %q: want tcp, http or jsonrpc", *transport)
	}
	if *delay < 0 {
		return cli.Usagef("-delay %v is below zero", *delay)
	}
	if err := entry.check(*listen, *transport); err != nil {
		return err
	}

	srv := server.New(server.Options{})
	if err := srv.Register(&arith.Arith{Delay: *delay}); err != nil {
		return err
	}
	if *withFaulty {
		if err := srv.Register(faulty.Faulty{}); err != nil {
			return err
		}
	}
	l, err := cli.Listen("listen", *listen)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	go func() { stop(srv.Serve(l, *transport)) }()
	failed := entry.serve(ctx, l.Addr().String())

	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if err := srv.Shutdown(drain); err != nil {
		return err
	}
	return failed
}

// stopped returns the cause of ctx's end, or nil if that was a signal.
func stopped(ctx context.Context) error {
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
