// Package grpcarith is package arith over gRPC: the same service in the same registry,
// for callers in any language. The one rule is package server's: a call that has begun is
// answered, whatever Shutdown interrupts.
package grpcarith

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
	"example.com/workshop/stage05-etcd/internal/connlimit"
	"example.com/workshop/stage05-etcd/internal/descriptors"
	"example.com/workshop/stage05-etcd/internal/loglimit"
	"example.com/workshop/stage05-etcd/mtls"
)

//go:generate go run ./generate

// greetTime bounds the wait for the first bytes of HTTP/2 on a new connection; TLS has a
// deadline of its own. When the server stops, gRPC waits for them before it tells any
// client to leave, so the calls in progress have that much less time left.
const greetTime = 2 * time.Second

// ServerOptions bound what one connection may ask for. Zero values mean the
// defaults.
type ServerOptions struct {
	TLS        *tls.Config   // from mtls.Files.Server; default no TLS
	MaxMessage int           // bytes of one request; default 1 MiB
	MaxHeader  uint32        // bytes of a request's metadata; default 16 KiB
	MaxCalls   uint32        // in progress per connection; default 1024
	MaxConns   int           // connections; default half of descriptors.Half, since package server may take all of that
	MaxBegun   int           // incomplete requests on all connections before their time is cut to a hundredth; default 4096
	Read       time.Duration // for one request, from its header to its last byte; default 10 s
	Ping       time.Duration // of silence before a client is pinged; default 30 s, at least 1 s
	Pong       time.Duration // for its response before the connection is closed; default 10 s
	Logger     *slog.Logger  // for panics and refused clients; default slog.Default()
}

// Server serves Arith, the standard health service and reflection.
type Server struct {
	opts   ServerOptions
	grpc   *grpc.Server
	health *health.Server
	life   context.Context // ends when Shutdown begins
	end    func()
}

// NewServer returns a server of a. Its health is SERVING from the start, as a whole and
// by the service's name: nobody can ask for it before Serve runs.
func NewServer(a *arith.Arith, opts ServerOptions) *Server {
	opts = opts.withDefaults()
	s := &Server{opts: opts, health: health.NewServer()}
	s.life, s.end = context.WithCancel(context.Background())
	begun := &requests{timeout: opts.Read, max: int64(opts.MaxBegun), log: opts.Logger}
	s.grpc = grpc.NewServer(
		grpc.MaxRecvMsgSize(opts.MaxMessage),
		grpc.MaxHeaderListSize(opts.MaxHeader), // gRPC's default is 16 MiB, which MaxRecvMsgSize does not bound
		grpc.MaxConcurrentStreams(opts.MaxCalls),
		grpc.ConnectionTimeout(greetTime),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: opts.Ping, Timeout: opts.Pong}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: clientPing / 2, PermitWithoutStream: true}),
		grpc.InTapHandle(begun.begin),
		grpc.ChainUnaryInterceptor(begun.unary, returns(opts.Logger), recovered(opts.Logger)),
		grpc.ChainStreamInterceptor(begun.stream, s.endWatches),
	)
	arithpb.RegisterArithServer(s.grpc, &service{arith: a})
	s.health.SetServingStatus(arithpb.Arith_ServiceDesc.ServiceName, grpc_health_v1.HealthCheckResponse_SERVING)
	grpc_health_v1.RegisterHealthServer(s.grpc, s.health)
	reflection.Register(s.grpc)
	return s
}

func (o ServerOptions) withDefaults() ServerOptions {
	o.MaxMessage = cmp.Or(o.MaxMessage, 1<<20)
	o.MaxHeader = cmp.Or(o.MaxHeader, 16<<10)
	o.MaxCalls = cmp.Or(o.MaxCalls, 1024)
	o.MaxConns = cmp.Or(o.MaxConns, descriptors.Half()/2)
	o.MaxBegun = cmp.Or(o.MaxBegun, 4096)
	o.Read = cmp.Or(o.Read, 10*time.Second)
	o.Ping = cmp.Or(o.Ping, 30*time.Second)
	o.Pong = cmp.Or(o.Pong, 10*time.Second)
	o.Logger = loglimit.New(cmp.Or(o.Logger, slog.Default()))
	return o
}

// Serve accepts connections on l, and closes l before it returns. It returns nil after
// Shutdown, and otherwise why accepting ended. TLS is package mtls's: gRPC's own closes
// the connection of a client that it refuses before the client can read why.
func (s *Server) Serve(l net.Listener) error {
	if s.opts.TLS != nil {
		cfg := s.opts.TLS.Clone()
		cfg.NextProtos = []string{"h2"} // gRPC clients require it
		l = mtls.NewListener(l, cfg, mtls.Options{Logger: s.opts.Logger})
	}
	err := s.grpc.Serve(bounded{l, s.opts.MaxConns, s.opts.Logger, connlimit.New(s.opts.MaxConns)})
	if s.life.Err() != nil {
		return nil
	}
	return fmt.Errorf("grpc server: %w", err)
}

// Drain reports NOT_SERVING, for good, to everybody who asks for the server's health or
// watches it. The server still answers calls. Drain is for the time in which clients
// learn that the server is about to leave.
func (s *Server) Drain() { s.health.Shutdown() }

// Shutdown drains, accepts no more connections or calls, and waits for the calls in
// progress. If ctx ends first, it cuts them off and returns an error. A method that is
// still running cannot be stopped and is left behind.
func (s *Server) Shutdown(ctx context.Context) error {
	s.Drain()
	s.end()
	graceful := make(chan struct{})
	go func() {
		s.grpc.GracefulStop()
		close(graceful)
	}()
	select {
	case <-graceful:
		return nil
	case <-ctx.Done():
		go s.grpc.Stop() // it waits for the methods, too, after it has closed the connections
		return fmt.Errorf("grpc server: calls cut off: %w", ctx.Err())
	}
}
