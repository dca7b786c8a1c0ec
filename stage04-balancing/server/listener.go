package server

import (
	"errors"
	"net"
	"time"
)

// listener is a net.Listener whose connections the server keeps track of.
type listener struct {
	net.Listener
	srv *Server
}

// Accept waits for the next connection and returns it as a *conn. After an error of the
// network it tries again in a tenth of a second, since running out of file descriptors is
// temporary. It returns the error if the listener is closed, if the error is another one,
// or if the server is stopping.
func (l *listener) Accept() (net.Conn, error) {
	for {
		nc, err := l.Listener.Accept()
		switch c := (&conn{nc, l.srv}); {
		case err == nil && l.srv.add(c, func() { nc.SetReadDeadline(past) }):
			return c, nil
		case err == nil:
			nc.Close()
		case errors.Is(err, net.ErrClosed), !errors.As(err, new(net.Error)), l.srv.stopping.Err() != nil:
			return nil, err
		default:
			l.srv.opts.Logger.Warn("accept failed, trying again", "addr", l.Addr(), "err", err)
			select {
			case <-time.After(100 * time.Millisecond):
			case <-l.srv.stopping.Done():
			}
		}
	}
}

// conn is a connection that the server keeps track of until it is closed.
type conn struct {
	net.Conn
	srv *Server
}

// Close is called by net/rpc when nothing more can be read and every request
// that was read has been answered.
func (c *conn) Close() error {
	defer c.srv.remove(c)
	c.linger()
	return c.Conn.Close()
}
