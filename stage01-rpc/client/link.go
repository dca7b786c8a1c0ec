package client

import (
	"errors"
	"io"
	"net"
	"net/rpc"
	"sync"
)

type newCodec = func(io.ReadWriteCloser) rpc.ClientCodec

// link is a connection's codec. It notes what passes between net/rpc and the
// wire that net/rpc does not tell.
type link struct {
	rpc.ClientCodec
	stream   *stream
	broken   chan struct{} // closed when nothing can be read any more
	once     sync.Once     // closes it
	writeErr error         // of the latest request; belongs to whoever has the turn
}

// result is where a reply goes. It has an error of its own, because net/rpc
// takes a reply that does not fit its variable for the end of the connection.
type result struct {
	value any
	err   error
}

func newLink(nc net.Conn, newCodec newCodec) *link {
	s := &stream{Conn: nc}
	return &link{ClientCodec: newCodec(s), stream: s, broken: make(chan struct{})}
}

func (l *link) WriteRequest(r *rpc.Request, args any) error {
	l.writeErr = l.ClientCodec.WriteRequest(r, args)
	if l.stream.writeFailed {
		l.Close() // half a request may be on the wire
	}
	return l.writeErr
}

func (l *link) ReadResponseHeader(r *rpc.Response) error {
	return l.check(l.ClientCodec.ReadResponseHeader(r))
}

// ReadResponseBody fails only with the connection: a message that does not fit
// its variable has been read whole, and the next one is in its place.
func (l *link) ReadResponseBody(reply any) error {
	if res, ok := reply.(*result); ok {
		res.err = l.ClientCodec.ReadResponseBody(res.value)
		if !l.stream.readFailed {
			return nil
		}
		return l.check(res.err)
	}
	return l.check(l.ClientCodec.ReadResponseBody(reply))
}

// check marks the link as broken by err. The reader is the one who waits for
// the server, and so the first to learn that it is gone.
func (l *link) check(err error) error {
	if err == nil {
		return nil
	}
	l.once.Do(func() {
		l.Close()
		close(l.broken)
	})
	if errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrClosedPipe) {
		return io.EOF // which net/rpc turns into ErrShutdown
	}
	return err
}

// stream tells errors of the connection from those of a message.
type stream struct {
	net.Conn
	readFailed, writeFailed bool // each is used by one side's goroutine alone
}

func (s *stream) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	s.readFailed = s.readFailed || err != nil
	return n, err
}

func (s *stream) Write(p []byte) (int, error) {
	n, err := s.Conn.Write(p)
	s.writeFailed = s.writeFailed || err != nil
	return n, err
}
