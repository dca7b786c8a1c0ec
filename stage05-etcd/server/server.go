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
	"sync/atomic"
	"time"

	"example.com/workshop/stage05-etcd/internal/connlimit"
	"example.com/workshop/stage05-etcd/internal/descriptors"
	"example.com/workshop/stage05-etcd/internal/loglimit"
)

// Options configure a server. Zero values, and those below zero, mean the defaults.
type Options struct {
	Logger *slog.Logger // default slog.Default()

	MaxMessage   int64         // bytes of one request; default 1 MiB
	MaxCalls     int           // requests in progress per connection; default 1024
	MaxAllCalls  int           // the same on all connections together, not counting 8 on each; default 32,768
	MaxUnread    int64         // bytes of the replies that wait for one peer; above that it must read soon; default 64 MiB
	MaxHeld      int64         // bytes of requests over 64 KiB and of types, on all connections, and of buffered replies; default 256 MiB
	MaxConns     int           // connections; default half of the process's descriptors, 10,000 at most
	ReadTimeout  time.Duration // for one request, from its first byte to its last; default 10 s
	WriteTimeout time.Duration // for one reply, or half of it, before the connection is closed; default 10 s
	IdleTimeout  time.Duration // without a request and without a call; default 10 min, twice a client's
}

// Server serves the methods of its registered receivers on any number of
// listeners. Its methods may be called from any goroutine.
type Server struct {
	opts              Options
	rpc               *rpc.Server
	stopping, drained context.Context // stopping ends when Shutdown begins, drained once open is empty after that
	stop, drain       context.CancelFunc

	held     atomic.Int64     // bytes of requests that Options.MaxHeld bounds
	buffered atomic.Int64     // bytes of replies that it bounds
	workers  atomic.Int64     // what Options.MaxAllCalls bounds
	conns    *connlimit.Limit // every *peer

	mu   sync.Mutex           // guards the field below and the call of stop
	open map[io.Closer]func() // every *listener and *conn, with the function that lets it accept or read no more
}

// New returns a server with nothing registered.
func New(opts Options) *Server {
	opts.Logger = loglimit.New(cmp.Or(opts.Logger, slog.Default()))
	opts.MaxMessage = cmp.Or(max(opts.MaxMessage, 0), 1<<20)
	opts.MaxCalls = cmp.Or(max(opts.MaxCalls, 0), 1024)
	opts.MaxAllCalls = cmp.Or(max(opts.MaxAllCalls, 0), 32<<10)
	opts.MaxUnread = cmp.Or(max(opts.MaxUnread, 0), 64<<20)
	opts.MaxHeld = cmp.Or(max(opts.MaxHeld, 0), 256<<20)
	opts.MaxConns = cmp.Or(max(opts.MaxConns, 0), descriptors.Half())
	opts.ReadTimeout = cmp.Or(max(opts.ReadTimeout, 0), 10*time.Second)
	opts.IdleTimeout = cmp.Or(max(opts.IdleTimeout, 0), 10*time.Minute)
	opts.WriteTimeout = cmp.Or(max(opts.WriteTimeout, 0), 10*time.Second)
	s := &Server{opts: opts, rpc: rpc.NewServer(), open: make(map[io.Closer]func())}
	s.conns = connlimit.New(opts.MaxConns)
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
