// Package codec puts net/rpc's messages on the wire as gob, exactly as net/rpc itself
// does. So a plain rpc.Client or rpc.Server understands it. The one rule: a value is
// checked before the first byte of its message is written, because half a message makes
// the connection useless for all calls on it.
package codec

import (
	"encoding/gob"
	"io"
	"net/rpc"
	"reflect"
)

// NewServer returns the server's side of a gob connection. One goroutine at a time may
// write to it, and one may read from it. Reading fails with ErrTooLarge once the peer
// announces a message of more than max bytes.
func NewServer(conn io.ReadWriteCloser, max int64) rpc.ServerCodec {
	return serverCodec{newStream(conn, max)}
}

// NewClient returns the client's side of a gob connection. The same rules hold for it.
func NewClient(conn io.ReadWriteCloser, max int64) rpc.ClientCodec {
	return clientCodec{newStream(conn, max)}
}

// serverCodec is the server's side of a stream.
type serverCodec struct{ stream *stream }

func (c serverCodec) ReadRequestHeader(r *rpc.Request) error { return c.stream.decode(r) }
func (c serverCodec) ReadRequestBody(body any) error         { return c.stream.readBody(body) }

// WriteResponse answers a call. A body that gob cannot encode becomes an
// error for that caller alone. It waits while the peer does not read.
func (c serverCodec) WriteResponse(r *rpc.Response, body any) error {
	if err := c.stream.encodable(body); err != nil {
		r.Error, body = err.Error(), struct{}{}
	}
	out := c.stream.out
	out.mu.Lock()
	defer out.mu.Unlock()
	out.waitForRoom()
	return c.stream.answer(r, body)
}

// Flush waits until every reply has been written, or returns why one could not be.
func (c serverCodec) Flush() error { return c.stream.out.flush() }

// Close closes the connection, and waits until nothing is being written to it.
func (c serverCodec) Close() error { return c.stream.close() }

// clientCodec is the client's side of a stream.
type clientCodec struct{ stream *stream }

// WriteRequest sends a call and does not wait for the peer. If body cannot be encoded, it
// returns a *TypeError; if the peer does not read, ErrBacklog. It has written nothing
// then. After any other error the connection is closed.
func (c clientCodec) WriteRequest(r *rpc.Request, body any) error {
	if err := c.stream.encodable(body); err != nil {
		return err
	}
	out := c.stream.out
	out.mu.Lock()
	defer out.mu.Unlock()
	if out.isFull(maxRequests) {
		return ErrBacklog
	}
	return c.stream.write(r, body)
}

func (c clientCodec) ReadResponseHeader(r *rpc.Response) error { return c.stream.decode(r) }
func (c clientCodec) ReadResponseBody(body any) error          { return c.stream.readBody(body) }

// Close closes the connection, and waits until nothing is being written to it.
func (c clientCodec) Close() error { return c.stream.close() }

// stream is a connection with its gob state: each side remembers which types it has sent
// to the other.
type stream struct {
	conn  io.ReadWriteCloser
	in    *limited
	dec   *gob.Decoder
	enc   *gob.Encoder
	out   *writer
	tried map[reflect.Type]bool // the types that gob has encoded once
	types []byte                // definitions that the next message begins with; see takeBack
}

func newStream(conn io.ReadWriteCloser, max int64) *stream {
	in := newLimited(conn, max)
	out := newWriter(conn)
	return &stream{
		conn: conn, in: in,
		dec:   gob.NewDecoder(in),
		enc:   gob.NewEncoder(out),
		out:   out,
		tried: make(map[reflect.Type]bool),
	}
}

// write appends a header and its body to the queue, or neither if gob refuses the body's
// value (takeBack). After a panic in a GobEncode half a message may be there, so it closes
// the connection. The caller holds the writer's lock.
func (s *stream) write(header, body any) error {
	panics := true
	defer func() {
		if panics {
			s.conn.Close()
		}
		s.out.wake()
	}()
	begin := len(s.out.queue)
	s.out.queue, s.types = append(s.out.queue, s.types...), s.types[:0]
	err := s.enc.Encode(header)
	if err == nil {
		err = s.enc.Encode(body)
	}
	panics = false
	if err != nil && s.out.err == nil {
		err = s.takeBack(begin, body, err)
	}
	return err
}

// close closes the connection, and waits for its writer. What is still queued is lost.
func (s *stream) close() error { return s.out.close() }
