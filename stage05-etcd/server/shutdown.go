package server

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/rpc"
)

// Shutdown closes the listeners, stops reading requests, waits until every
// request that was read has been answered, and closes the connections. When
// ctx ends first it cuts off what is left and returns an error; a method that
// is still running cannot be stopped and is left behind.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	if !s.isStopping() {
		close(s.stopping)
		for l := range s.listeners {
			l.Close()
		}
		for c := range s.conns {
			c.stopReading()
		}
		if len(s.conns) == 0 {
			close(s.drained)
		}
	}
	s.mu.Unlock()

	select {
	case <-s.drained:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.Conn.Close()
	}
	return fmt.Errorf("server: %d connections cut off: %w", len(s.conns), ctx.Err())
}

// track notes l for Shutdown; it reports false when that has begun.
func (s *Server) track(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isStopping() {
		return false
	}
	s.listeners[l] = struct{}{}
	return true
}

func (s *Server) untrack(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, l)
}

func (s *Server) isStopping() bool {
	select {
	case <-s.stopping:
		return true
	default:
		return false
	}
}

// start serves nc in goroutines of its own, unless the server is closing.
func (s *Server) start(nc net.Conn, newCodec func(io.ReadWriteCloser) rpc.ServerCodec) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isStopping() {
		nc.Close()
		return
	}
	c := newConn(s, nc, newCodec)
	s.conns[c] = struct{}{}
	go func() {
		c.serve()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.conns, c)
		if s.isStopping() && len(s.conns) == 0 {
			close(s.drained)
		}
	}()
}
