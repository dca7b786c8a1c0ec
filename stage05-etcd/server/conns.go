package server

import (
	"errors"
	"net"
)

var errFull = errors.New("too many connections")

// bounded is a listener that hangs up at once on whoever comes while Options.MaxConns
// are open: such a peer can go elsewhere, while one that waits to be accepted cannot. The
// descriptors that are left are for the registry, the log and the listeners.
type bounded struct{ *listener }

// Accept waits for the next connection for which there is room.
func (l bounded) Accept() (net.Conn, error) {
	for {
		nc, err := l.listener.Accept()
		c, ok := nc.(*conn)
		if !ok || !l.srv.isOver() {
			return nc, err
		}
		c.Conn.Close() // without lingering
		l.srv.remove(c)
		l.srv.opts.Logger.Warn("connection refused", "peer", c.RemoteAddr(), "err", errFull, "limit", l.srv.opts.MaxConns)
	}
}

// isOver reports whether more connections are open than there may be.
func (s *Server) isOver() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	over := len(s.open) - s.opts.MaxConns
	if over <= 0 {
		return false
	}
	for o := range s.open {
		if _, ok := o.(bounded); ok {
			over--
		}
	}
	return over > 0
}
