// Package server serves net/rpc on TCP, HTTP and JSON-RPC listeners and stops
// without losing a call. The one rule: a request that has been read is
// answered, whatever its method does and whatever Shutdown interrupts.
package server

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/rpc"
	"sync"
	"time"
)

// ErrServerClosed is returned by Serve after Shutdown.
var ErrServerClosed = errors.New("server: closed")

// Options bound what one connection may ask for. Zero values mean the defaults.
type Options struct {
	MaxMessage   int64         // bytes of one request; default 1 MiB
	MaxCalls     int           // requests in progress per connection; default 1024
	WriteTimeout time.Duration // for one reply, or half of it, before the connection is closed; default 10 s
	Logger       *slog.Logger  // for panics and refused messages; default slog.Default()
}

// Server serves the methods of its registered receivers on any number of
// listeners. Its methods may be called from any goroutine.
type Server struct {
	opts Options
	rpc  *rpc.Server

	stopping chan struct{} // closed by Shutdown
	drained  chan struct{} // closed after that, when the last connection is gone

	mu        sync.Mutex // guards the fields below, and the closing of the channels
	listeners map[net.Listener]struct{}
	conns     map[*conn]struct{}
}

// New returns a server with nothing registered.
func New(opts Options) *Server {
	if opts.MaxMessage == 0 {
		opts.MaxMessage = 1 << 20
	}
	if opts.MaxCalls == 0 {
		opts.MaxCalls = 1024
	}
	if opts.WriteTimeout == 0 {
		opts.WriteTimeout = 10 * time.Second
	}
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	return &Server{
		opts:      opts,
		rpc:       rpc.NewServer(),
		stopping:  make(chan struct{}),
		drained:   make(chan struct{}),
		listeners: make(map[net.Listener]struct{}),
		conns:     make(map[*conn]struct{}),
	}
}

// Register publishes the methods of rcvr under its type's name. It returns
// an error when the name is taken or the type has no method that net/rpc can
// serve.
func (s *Server) Register(rcvr any) error {
	if err := s.rpc.Register(rcvr); err != nil {
		return fmt.Errorf("server: register %T: %w", rcvr, err)
	}
	return nil
}

// RegisterName is Register under a name of the caller's choice.
func (s *Server) RegisterName(name string, rcvr any) error {
	if err := s.rpc.RegisterName(name, rcvr); err != nil {
		return fmt.Errorf("server: register %T as %q: %w", rcvr, name, err)
	}
	return nil
}
