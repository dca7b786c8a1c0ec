package etcd

import (
	"bytes"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"example.com/workshop/stage05-etcd/internal/hangup"
)

// ErrHungUp is why a connection without TLS cannot be used when etcd closes it
// before it has said anything.
var ErrHungUp = errors.New("it hangs up without a word, as one does that speaks TLS only")

// ErrNotEtcd is why a connection cannot be used at whose other end is no etcd.
var ErrNotEtcd = errors.New("it speaks HTTP/1, as a registry at http://HOST:PORT does, and is no etcd")

// conn is a connection that knows when it last heard from its peer.
type conn struct {
	net.Conn
	addr  string // that was dialled
	conns *conns
	heard atomic.Int64 // nanoseconds since conns.began, on the monotonic clock; 0 before the first time
}

// Read notes that something came, or else why nothing ever did: the peer of a
// plain connection that speaks TLS hangs up, and one that refuses a certificate
// says so here, after the handshake. gRPC would not say what an HTTP/1 server answers.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	switch {
	case n > 0 && c.heard.Load() == 0 && bytes.HasPrefix(p[:n], []byte("HTTP/1")):
		c.conns.attempted(ErrNotEtcd)
		return 0, ErrNotEtcd
	case n > 0:
		if c.heard.Swap(int64(time.Since(c.conns.began))) == 0 {
			c.conns.attempted(nil)
			c.conns.heard(c.addr)
		}
	case c.heard.Load() != 0:
	case c.conns.plain && hangup.Is(err):
		c.conns.attempted(ErrHungUp)
	default:
		c.conns.attempted(err)
	}
	return n, err
}

// Close takes the connection off the list of those that are open.
func (c *conn) Close() error {
	c.conns.mu.Lock()
	delete(c.conns.open, c)
	c.conns.mu.Unlock()
	return c.Conn.Close()
}
