package main

import (
	"context"
	"log/slog"
	"time"

	"example.com/workshop/stage02-registry/registry"
)

// leaveTime bounds the deregistration of a server that stops.
const leaveTime = 2 * time.Second

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
	registration, err := e.client.Register(ctx, in)
	if ctx.Err() != nil && err != nil {
		return stopped(ctx)
	}
	if err != nil {
		return err
	}
	slog.Info("registered", "service", in.Service, "id", in.ID, "addr", in.Addr)
	<-ctx.Done()
	leave, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveTime)
	defer cancel()
	if err := registration.Deregister(leave); err != nil {
		slog.Warn("not deregistered", "err", err)
	}
	return stopped(ctx)
}
