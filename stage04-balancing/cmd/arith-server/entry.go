package main

import (
	"context"
	"log/slog"
	"time"

	"example.com/workshop/stage04-balancing/registry"
)

// leaveTime bounds the deregistration of a server that stops.
const leaveTime = 2 * time.Second

// spreadTime is how long a server that asks for no new calls goes on serving clients that
// have not heard of that yet.
const spreadTime = 500 * time.Millisecond

// entry is the server's entry in the registry.
type entry struct {
	url       string
	advertise string
	in        registry.Instance
	opts      registry.ClientOptions
	client    *registry.Client
}

// serve keeps the server that listens on addr registered until ctx ends, and then
// deregisters it. The server listens before serve begins and until it has returned, so no
// caller is sent to a closed port.
//
// It registers e.instance(addr) with the start time in the metadata (key started, RFC
// 3339 with nanoseconds), and logs "registered" with service, id and addr. It deregisters
// within leaveTime, even if ctx has ended during the registration, and warns "not
// deregistered" with err if that fails. When ctx has ended, it returns what stopped
// returns. If the registration fails before that, it returns the registration's error. At
// the end it closes the client of the registry. Without a registry it only waits for ctx.
func (e *entry) serve(ctx context.Context, addr string) error {
	if e.client == nil {
		<-ctx.Done()
		return stopped(ctx)
	}
	defer e.client.Close()
	in := e.instance(addr)
	in.Metadata["started"] = time.Now().UTC().Format(time.RFC3339Nano)
	life, end := context.WithCancel(context.WithoutCancel(ctx)) // of the registration, which outlives ctx to deregister
	defer end()
	giveUp := context.AfterFunc(ctx, end)
	registration, err := e.client.Register(life, in)
	giveUp()
	if ctx.Err() != nil && err != nil {
		return stopped(ctx)
	}
	if err != nil {
		return err
	}
	slog.Info("registered", "service", in.Service, "id", in.ID, "addr", in.Addr)
	<-ctx.Done()
	e.leave(ctx, registration, in)
	return stopped(ctx)
}

// leave takes the server off the list without losing a call. First it asks for no new
// calls, which tells the clients that it leaves on purpose, and then it deregisters. If
// the registry is away, the clients learn it from their connections.
func (e *entry) leave(ctx context.Context, registration registry.Registration, in registry.Instance) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveTime+2*spreadTime) // the update may take leaveTime
	defer cancel()
	in.Weight = 0
	if err := registration.Update(ctx, in); err != nil {
		slog.Warn("clients are not told that the server leaves", "err", err)
	}
	time.Sleep(spreadTime)
	if err := registration.Deregister(ctx); err != nil {
		slog.Warn("not deregistered", "err", err)
	}
}
