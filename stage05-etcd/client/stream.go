package client

import (
	"net"
	"sync/atomic"
	"time"

	"example.com/workshop/stage05-etcd/codec"
)

// writeTimeout is how long a peer may read nothing while there is something to
// be read, or half as long: the deadline is set once for all writes of that half,
// because setting it costs more than a write deserves. Callers do not wait for it:
// requests are written in the background.
const writeTimeout = 10 * time.Second

// stream is the net.Conn of a Conn. It tells errors of the connection from those
// of a message.
type stream struct {
	net.Conn
	readFailed bool         // belongs to the reader
	heard      atomic.Int64 // reads that brought something, signs of life apart
	renew      time.Time    // when the write deadline is to be set anew; belongs to the writer
}

// Read notes that something was read, or that nothing can be read any more.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if n > 0 {
		s.heard.Add(1)
	}
	if err != nil {
		s.readFailed = true
	}
	return n, err
}

// Write closes a connection whose peer does not read: half a request may be on the wire.
func (s *stream) Write(p []byte) (int, error) {
	if now := time.Now(); now.After(s.renew) {
		s.renew = now.Add(writeTimeout / 2)
		s.SetWriteDeadline(now.Add(writeTimeout))
	}
	n, err := s.Conn.Write(p)
	if err != nil {
		s.Close()
	}
	return n, err
}

// TryWrite writes what the connection takes of p at once, and returns how much that is.
func (s *stream) TryWrite(p []byte) int { return codec.TryWrite(s.Conn, p) }

// progress is how far a connection has come, signs of life apart.
type progress struct {
	reads   int64 // that brought something
	replies int64 // that were whole, in time or too late
}

// heard returns how far c has come.
func (c *Conn) heard() progress {
	return progress{c.link.stream.heard.Load(), c.link.replies.whole.Load()}
}
