// Command arith-server serves Arith.
package main

import (
	"cmp"
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/internal/cli"
	"example.com/workshop/stage05-etcd/internal/faulty"
	"example.com/workshop/stage05-etcd/internal/tlshint"
	"example.com/workshop/stage05-etcd/server"
)

const usage = `arith-server serves Arith.Multiply, Arith.Sum and Arith.Divide, and is registered for as long as it does.

  arith-server
  arith-server -listen 127.0.0.1:0 -registry http://127.0.0.1:8500 -weight 2
  arith-server -ttl 60s -beat 10s     the intervals of the usual tutorials
  arith-server -registry etcd://127.0.0.1:2379,127.0.0.1:2380,127.0.0.1:2381
  arith-server -registry ""           without a registry
  arith-server -grpc 127.0.0.1:50051  on gRPC too, with its health service and reflection`

// drainTime is how long calls in progress may take when the server stops.
const drainTime = 7 * time.Second

func main() { cli.Main("arith-server", tlshint.Run(run)) }

func run(ctx context.Context, args []string) error {
	flags := cli.Flags("arith-server")
	listen := flags.String("listen", "127.0.0.1:1234", "`HOST:PORT` to listen on")
	transport := flags.String("transport", "tcp", "what is spoken there: `tcp|http|jsonrpc`")
	delay := flags.Duration("delay", 0, "simulated work per call")
	withFaulty := flags.Bool("faulty", false, "serve Faulty too, for experiments: Panic, Hang and Exit do what they say")
	grpcAddr := flags.String("grpc", "", "`HOST:PORT` to serve gRPC on as well")
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
	secure, err := entry.tls.Server()
	if err != nil {
		return cli.Usagef("%v", err)
	}

	srv, service := server.New(server.Options{}), &arith.Arith{Delay: *delay}
	if err := srv.Register(service); err != nil {
		return err
	}
	if *withFaulty {
		if err := srv.Register(faulty.Faulty{}); err != nil {
			return err
		}
	}
	overGRPC, err := openGRPC(*grpcAddr, service, secure, entry)
	if err != nil {
		return err
	}
	l, err := listenOn(*listen, secure)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	go func() { stop(srv.Serve(l, *transport)) }()
	go func() { stop(overGRPC.serve(ctx)) }()
	failed := entry.serve(ctx, l.Addr().String())

	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	var both errgroup.Group
	both.Go(func() error { return srv.Shutdown(drain) })
	both.Go(func() error { return overGRPC.shutdown(drain) })
	return cmp.Or(both.Wait(), failed)
}

// stopped returns the cause of ctx's end, or nil if that was a signal.
func stopped(ctx context.Context) error {
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
