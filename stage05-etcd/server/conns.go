package server

import (
	"container/list"
	"errors"
	"net"
	"sync"
)

var errFull = errors.New("too many connections")

// bounded is a listener that makes room for whoever comes while Options.MaxConns are
// open: it hangs up on the peer that has been connected for the longest without a whole
// request. When every peer has sent one it hangs up on the newcomer, which can go
// elsewhere, while one that waits to be accepted cannot.
type bounded struct{ *listener }

// peer is a connection that bounded has accepted.
type peer struct {
	*conn
	silent *list.Element // its place in Server.silent
	spoken sync.Once     // when it has left that
}

// Accept waits for the next connection for which there is room.
func (l bounded) Accept() (net.Conn, error) {
	for {
		nc, err := l.listener.Accept()
		if err != nil {
			return nil, err
		}
		p, out := l.srv.admit(nc.(*conn))
		if out != nil {
			out.Conn.Close() // without lingering
			l.srv.remove(out)
			l.srv.opts.Logger.Warn("connection refused", "peer", out.RemoteAddr(), "err", errFull, "limit", l.srv.opts.MaxConns)
		}
		if out != p.conn {
			return p, nil
		}
	}
}

// admit returns c as a peer, and, when too many connections are open, whom to hang up on:
// the peer that has been silent for the longest, which is c itself if no other is.
func (s *Server) admit(c *conn) (p *peer, out *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p = &peer{conn: c, silent: s.silent.PushBack(c)}
	if s.isFull() {
		out = s.silent.Remove(s.silent.Front()).(*conn)
	}
	return p, out
}

// isFull reports whether more connections are open than there may be. s.mu is held.
func (s *Server) isFull() bool {
	return len(s.open)-int(s.listeners.Load()) > s.opts.MaxConns
}

// spoke notes that the peer has sent a whole request.
func (p *peer) spoke() {
	p.spoken.Do(func() {
		p.srv.mu.Lock()
		defer p.srv.mu.Unlock()
		p.srv.silent.Remove(p.silent)
	})
}

// Close is conn's.
func (p *peer) Close() error {
	defer p.spoke()
	return p.conn.Close()
}
