package server

import (
	"context"
	"fmt"
	"io"
	"time"
)

// past is a deadline that ends reads at once.
var past = time.Unix(1, 0)

// Shutdown closes the listeners and ends all reading: net/rpc then answers what
// it has read of a connection, and closes it. Shutdown waits for that. When ctx
// ends first it cuts off what is left and returns an error; a method that is
// still running cannot be stopped and is left behind.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	if s.stopping.Err() == nil {
		s.stop()
		for o := range s.open {
			if c, ok := o.(*conn); ok {
				c.Conn.SetReadDeadline(past)
			} else {
				o.Close()
			}
		}
	}
	s.drainIfEmpty()
	s.mu.Unlock()

	select {
	case <-s.drained.Done():
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	cut := 0
	for o := range s.open {
		if c, ok := o.(*conn); ok {
			c.Conn.Close()
			cut++
		}
	}
	return fmt.Errorf("server: %d connections cut off: %w", cut, ctx.Err())
}

// add notes a listener or a connection for Shutdown. It reports false, and
// notes nothing, when the server is stopping: then nothing may join any more.
func (s *Server) add(o io.Closer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping.Err() != nil {
		return false
	}
	s.open[o] = struct{}{}
	return true
}

// remove takes out what add has noted. It may be called twice.
func (s *Server) remove(o io.Closer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, o)
	s.drainIfEmpty()
}

// drainIfEmpty ends drained when nothing is open and nothing may join. The
// caller holds mu.
func (s *Server) drainIfEmpty() {
	if s.stopping.Err() != nil && len(s.open) == 0 {
		s.drain()
	}
}
