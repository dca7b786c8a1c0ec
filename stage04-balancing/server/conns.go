package server

import (
	"errors"
	"net"
	"sync"
)

var errFull = errors.New("too many connections")

// bounded is a listener that makes room for a new connection while Options.MaxConns are
// open. It closes the oldest connection whose peer has not sent a whole request. If every
// peer has sent one, it closes the new connection: that peer can go elsewhere, but could
// not while it waits to be accepted.
type bounded struct{ *listener }

// peer is a connection that bounded has accepted.
type peer struct {
	*conn
	spoken sync.Once // runs once the peer has sent a whole request
}

// Accept waits for the next connection for which there is room.
func (l bounded) Accept() (net.Conn, error) {
	for {
		nc, err := l.listener.Accept()
		if err != nil {
			return nil, err
		}
		p := &peer{conn: nc.(*conn)}
		out, full := l.srv.conns.Add(p).(*peer)
		if full {
			out.Conn.Close() // without lingering
			l.srv.remove(out.conn)
			l.srv.opts.Logger.Warn("connection refused", "peer", out.RemoteAddr(), "err", errFull, "limit", l.srv.opts.MaxConns)
		}
		if out != p {
			return p, nil
		}
	}
}

// spoke records that the peer has sent a whole request.
func (p *peer) spoke() { p.spoken.Do(func() { p.srv.conns.Keep(p) }) }

// Close closes the conn and frees its place.
func (p *peer) Close() error {
	defer p.srv.conns.Remove(p)
	return p.conn.Close()
}
