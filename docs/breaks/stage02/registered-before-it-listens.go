//go:build ignore

// Break: A server registers the address that it is going to listen on, and then listens.
// Invariant: I2
// Seen: At every start some callers are refused. If the port is taken or chosen by the system, the
// entry leads nowhere for as long as the server runs.
// From: register(); http.ListenAndServe() in the tutorials
// File: cmd/arith-server/main.go
// Package tests: ./cmd/arith-server

package main

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
	ctx, stop := context.WithCancelCause(ctx)
	left := make(chan error, 1)
	go func() { left <- entry.serve(ctx, *listen) }()
	l, err := cli.Listen("listen", *listen)
	if err != nil {
		return err
	}
	go func() { stop(srv.Serve(l, *transport)) }()
	failed := <-left

	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if err := srv.Shutdown(drain); err != nil {
		return err
	}
	return failed
}
