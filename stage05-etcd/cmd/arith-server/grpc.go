package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/grpcarith"
	"example.com/workshop/stage05-etcd/grpcresolver"
	"example.com/workshop/stage05-etcd/internal/cli"
)

// grpcSide is the server's gRPC side, if it has one.
type grpcSide struct {
	server   *grpcarith.Server
	listener net.Listener
}

// openGRPC listens on addr; if that is empty, there is no gRPC. It records in e where
// gRPC listens, and that e is to drain it once the server asks for no new calls.
func openGRPC(addr string, a *arith.Arith, cfg *tls.Config, e *entry) (*grpcSide, error) {
	if addr == "" {
		return nil, nil
	}
	if err := cli.CheckAddr("grpc", addr); err != nil {
		return nil, err
	}
	host, _, _ := net.SplitHostPort(addr)
	if e.advertise != "" {
		host, _, _ = net.SplitHostPort(e.advertise)
	} else if ip := net.ParseIP(host); e.registry != nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		return nil, cli.Usagef("-grpc %q is every interface: -advertise HOST:PORT must say which host callers use", addr)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%w (-grpc HOST:PORT chooses another)", err)
	}
	if cfg == nil {
		cli.WarnOpen(l.Addr().String())
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	e.in.Metadata[grpcresolver.MetadataKey] = net.JoinHostPort(host, port)
	g := &grpcSide{grpcarith.NewServer(a, grpcarith.ServerOptions{TLS: cfg}), l}
	e.left = g.server.Drain
	return g, nil
}

// serve prints where it listens, and serves until shutdown.
func (g *grpcSide) serve(ctx context.Context) error {
	if g == nil {
		<-ctx.Done()
		return nil
	}
	if _, err := fmt.Printf("grpc %s\n", g.listener.Addr()); err != nil {
		return err
	}
	return g.server.Serve(g.listener)
}

func (g *grpcSide) shutdown(ctx context.Context) error {
	if g == nil {
		return nil
	}
	return g.server.Shutdown(ctx)
}
