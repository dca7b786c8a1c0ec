package etcd

import (
	"errors"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"time"
)

var errHungUp = errors.New("it hangs up without a word, as one does that speaks TLS only: give -tls-cert, -tls-key and -tls-ca")

// line is a connection that knows when it last heard from its peer.
type line struct {
	net.Conn
	lines *lines
	heard atomic.Int64 // Unix nanoseconds; 0 before the first time
}

// Read notes that something came, or else why nothing ever did: the peer of a
// plain connection that speaks TLS hangs up, and one that refuses a certificate
// says so here, after the handshake.
func (ln *line) Read(p []byte) (int, error) {
	n, err := ln.Conn.Read(p)
	switch {
	case n > 0:
		if ln.heard.Swap(time.Now().UnixNano()) == 0 {
			ln.lines.tried(nil)
		}
	case ln.heard.Load() != 0:
	case ln.lines.plain && (errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)):
		ln.lines.tried(errHungUp)
	default:
		ln.lines.tried(err)
	}
	return n, err
}

func (ln *line) Close() error {
	ln.lines.mu.Lock()
	delete(ln.lines.open, ln)
	ln.lines.mu.Unlock()
	return ln.Conn.Close()
}
