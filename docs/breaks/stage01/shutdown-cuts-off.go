//go:build ignore

// Break: A server that stops closes its connections at once, with the calls that are in progress
// on them.
// Invariant: I3
// Seen: Each deployment costs some calls: their callers see an unexpected EOF and do not know
// whether the work was done.
// From: os.Exit after a signal, as if no call was in progress
// File: server/shutdown.go
// Package tests: ./server

package server

func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop()
	for o := range s.open {
		if c, ok := o.(*conn); ok {
			c.Conn.Close()
		} else {
			o.(*listener).Listener.Close()
		}
	}
	return nil
}
