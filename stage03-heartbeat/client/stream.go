package client

import (
	"net"
	"sync"
	"time"
)

// drainTime is how long a connection stays open for replies once no request may be
// written to it any more.
const drainTime = 5 * time.Second

// stream is the net.Conn of a Conn. It notices when the connection breaks; net/rpc
// reports that only to calls.
type stream struct {
	net.Conn
	broken chan struct{}
	once   sync.Once // closes broken
}

// Read reads from the connection, and retires it after an error.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if err != nil {
		s.retire(0)
	}
	return n, err
}

// retire closes s.broken at once, and s itself after the given time, without waiting for
// that. Until then replies to other callers may still arrive. Only the first call has an
// effect.
func (s *stream) retire(after time.Duration) {
	s.once.Do(func() {
		close(s.broken)
		time.AfterFunc(after, func() { s.Close() })
	})
}
