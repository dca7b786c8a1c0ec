package client

import (
	"errors"
	"io"
	"net"
	"net/rpc"
)

type newCodec = func(io.ReadWriteCloser) rpc.ClientCodec

// link is a connection's codec. It notes what passes between net/rpc and the
// wire that net/rpc does not tell.
type link struct {
	rpc.ClientCodec
	stream   *stream
	broken   chan struct{} // closed when nothing can be read any more
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

// WriteRequest closes the link when half a request may be on the wire.
// Whoever comes later learns that it is closed, and not why that other request
// failed.
func (l *link) WriteRequest(r *rpc.Request, args any) error {
	if l.stream.writeFailed {
		l.writeErr = rpc.ErrShutdown
		return l.writeErr
	}
	l.writeErr = ended(l.ClientCodec.WriteRequest(r, args))
	if l.stream.writeFailed {
		l.Close()
	}
	return l.writeErr
}

// ReadResponseHeader waits for the server, and so is the first to learn that
// it is gone. net/rpc calls it until it fails once.
func (l *link) ReadResponseHeader(r *rpc.Response) error {
	err := l.ClientCodec.ReadResponseHeader(r)
	if err != nil {
		l.Close()
		close(l.broken)
	}
	if ended(err) == rpc.ErrShutdown {
		return io.EOF // which net/rpc turns into ErrShutdown after its Close
	}
	return err
}

// ReadResponseBody never fails: a message that does not fit its variable has
// been read whole, and if the connection has ended the next header tells.
func (l *link) ReadResponseBody(reply any) error {
	res, ok := reply.(*result)
	if !ok {
		res = new(result) // of a call that nobody waits for, or that was refused
	}
	res.err = ended(l.ClientCodec.ReadResponseBody(res.value))
	return nil
}

// ended gives the two ends of a connection the names that net/rpc has for
// them: closed by this side, or by the other one.
func ended(err error) error {
	switch {
	case errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		return rpc.ErrShutdown
	case err == io.EOF:
		return io.ErrUnexpectedEOF
	default:
		return err
	}
}

// stream notes that a write has failed, as opposed to an argument that could
// not be encoded.
type stream struct {
	net.Conn
	writeFailed bool
}

func (s *stream) Write(p []byte) (int, error) {
	n, err := s.Conn.Write(p)
	s.writeFailed = s.writeFailed || err != nil
	return n, err
}
