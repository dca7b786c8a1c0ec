package server

import (
	"context"
	"fmt"
	"io"
	"time"
)

// cutOff is the text of Shutdown's error.
const cutOff = "server: %d connections cut off: %w"

// past is a deadline that ends reads at once.
var past = time.Unix(1, 0)

// Shutdown closes the listeners and ends all reading. net/rpc then answers the requests
// that it has read and closes the connections. Shutdown waits for that and returns nil.
// If ctx ends first, it closes the connections that are left and returns their number
// with ctx's error (cutOff). A method that is still running cannot be stopped and is left
// behind. Only the first call stops anything; a later one only waits.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	if s.stopping.Err() == nil {
		s.stop()
		for _, stop := range s.open {
			stop()
		}
	}
	s.mu.Unlock()
	s.remove(nil) // drains a server that has nothing open

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
	return fmt.Errorf(cutOff, cut, ctx.Err())
}

// add records a listener or a connection, and the function that Shutdown calls to stop
// it. If the server is already stopping, add records nothing and returns false.
func (s *Server) add(o io.Closer, stop func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping.Err() != nil {
		return false
	}
	s.open[o] = stop
	return true
}

// remove forgets what add has recorded, if anything. It ends s.drained if the server is
// stopping and nothing is open any more: add records nothing after that.
func (s *Server) remove(o io.Closer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, o)
	if s.stopping.Err() != nil && len(s.open) == 0 {
		s.drain()
	}
}
