package client

import (
	"net"
	"sync/atomic"
	"time"

	"example.com/workshop/stage05-etcd/codec"
)

// writeTimeout is the longest time that a write waits for a peer that does not read. The
// shortest is half of it: all writes within that half share one deadline, because setting
// it costs more than a write deserves. Callers do not wait so long: requests are written
// in the background.
const writeTimeout = 10 * time.Second

// stream is the net.Conn of a Conn. It tells errors of the connection from errors of a
// message.
type stream struct {
	net.Conn
	readFailed bool         // belongs to the reader
	heard      atomic.Int64 // reads that returned data, not counting signs of life
	renew      time.Time    // when the write deadline is to be set anew; belongs to the writer
}

// Read counts reads that return data, and records that reading has failed.
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

// Write closes the connection after an error: half a request may be on the wire.
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

// progress is what a connection has received, not counting signs of life.
type progress struct {
	reads   int64 // reads that returned data
	replies int64 // replies that were read whole, in time or too late
}

// heard returns the progress of c.
func (c *Conn) heard() progress {
	return progress{c.link.stream.heard.Load(), c.link.replies.whole.Load()}
}
