package client

import (
	"net"
	"sync"
	"time"
)

// drainTime is how long a connection waits for replies when no request may be
// written to it any more.
const drainTime = 5 * time.Second

// stream is the net.Conn of a Conn. It knows when that is broken, which
// net/rpc tells only those who call.
type stream struct {
	net.Conn
	broken chan struct{}
	once   sync.Once // closes broken
}

// Read retires a connection from which nothing can be read any more.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if err != nil {
		s.retire(0)
	}
	return n, err
}

// retire makes s known as broken and closes it after some time, in which
// replies to other callers may still arrive. Only the first call counts.
func (s *stream) retire(after time.Duration) {
	s.once.Do(func() {
		close(s.broken)
		time.AfterFunc(after, func() { s.Close() })
	})
}
