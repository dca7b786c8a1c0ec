package etcd

import (
	"bytes"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"example.com/workshop/stage05-etcd/internal/hangup"
)

// ErrHungUp is the error of a plain connection that etcd closes before it sends anything.
var ErrHungUp = errors.New("it hangs up without a word, as one does that speaks TLS only")

// ErrNotEtcd is the error of a connection whose peer answers in HTTP/1: it is no etcd.
var ErrNotEtcd = errors.New("it speaks HTTP/1, as a registry at http://HOST:PORT does, and is no etcd")

// conn is a connection that records when it last heard from its peer.
type conn struct {
	net.Conn
	addr  string // as dialled
	conns *conns
	heard atomic.Int64 // nanoseconds since conns.began, on the monotonic clock; 0 until something is read
}

// Read records when data came, or the error if none ever did. A peer that speaks TLS
// closes a plain connection. One that refuses a certificate says so in this read, after
// the handshake. gRPC's error would not show what an HTTP/1 server answers.
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

// Close closes the connection and removes it from the open ones.
func (c *conn) Close() error {
	c.conns.mu.Lock()
	delete(c.conns.open, c)
	c.conns.mu.Unlock()
	return c.Conn.Close()
}
