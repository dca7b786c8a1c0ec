// Package server serves net/rpc on TCP, HTTP and JSON-RPC listeners and stops without
// losing a call. The one rule: the Server keeps track of every connection until it is
// closed. Otherwise Shutdown could not wait for it.
package server

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/rpc"
	"sync"
)

// Options configure a server. Zero values mean the defaults.
type Options struct {
	Logger *slog.Logger // default slog.Default()
}

// Server serves the methods of its registered receivers on any number of
// listeners. Its methods may be called from any goroutine.
type Server struct {
	opts              Options
	rpc               *rpc.Server
	stopping, drained context.Context // stopping ends when Shutdown begins, drained once open is empty after that
	stop, drain       context.CancelFunc

	mu   sync.Mutex           // guards the field below and the call of stop
	open map[io.Closer]func() // every *listener and *conn, with the function that lets it accept or read no more
}

// New returns a server with nothing registered.
func New(opts Options) *Server {
	opts.Logger = cmp.Or(opts.Logger, slog.Default())
	s := &Server{opts: opts, rpc: rpc.NewServer(), open: make(map[io.Closer]func())}
	s.stopping, s.stop = context.WithCancel(context.Background())
	s.drained, s.drain = context.WithCancel(context.Background())
	return s
}

// Register publishes the methods of rcvr under its type's name. It fails when
// the name is taken or the type has no method that net/rpc can serve.
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
