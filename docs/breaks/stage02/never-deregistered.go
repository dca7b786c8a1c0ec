//go:build ignore

// Break: A server that stops leaves its entry behind.
// Invariant: I2
// Seen: After each deployment some listed addresses have no listener, and callers try them first.
// From: the tutorials' servers, which end with os.Exit
// File: cmd/arith-server/entry.go
// Package tests: ./cmd/arith-server

package main

func (e *entry) serve(ctx context.Context, addr string) error {
	if e.client == nil {
		<-ctx.Done()
		return stopped(ctx)
	}
	defer e.client.Close()
	in := e.instance(addr)
	in.Metadata["started"] = time.Now().UTC().Format(time.RFC3339Nano)
	_, err := e.client.Register(ctx, in)
	if ctx.Err() != nil && err != nil {
		return stopped(ctx)
	}
	if err != nil {
		return err
	}
	slog.Info("registered", "service", in.Service, "id", in.ID, "addr", in.Addr)
	<-ctx.Done()
	return stopped(ctx)
}
