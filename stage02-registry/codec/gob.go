// Package codec puts net/rpc's messages on the wire as gob, exactly as
// net/rpc itself does, so that a plain rpc.Client or rpc.Server understands
// it. The one rule: a value is checked before the first byte of its message
// is written, because half a message makes the connection useless for
// everyone on it.
package codec

import (
	"bufio"
	"encoding/gob"
	"io"
	"net/rpc"
	"reflect"
)

// NewServer returns the server's side of a gob connection. It may be written
// to by one goroutine at a time, and read by one at a time. Reading fails with
// ErrTooLarge once the peer announces a message of more than max bytes.
func NewServer(conn io.ReadWriteCloser, max int64) rpc.ServerCodec {
	return serverCodec{newStream(conn, newLimited(conn, max))}
}

// NewClient returns the client's side of a gob connection. It may be written
// to by one goroutine at a time, and read by one at a time.
func NewClient(conn io.ReadWriteCloser) rpc.ClientCodec {
	return clientCodec{newStream(conn, conn)}
}

type serverCodec struct{ *stream }

func (c serverCodec) ReadRequestHeader(r *rpc.Request) error { return c.dec.Decode(r) }
func (c serverCodec) ReadRequestBody(body any) error         { return c.dec.Decode(body) }

// WriteResponse answers a call. A body that gob cannot encode becomes an
// error for that caller alone.
func (c serverCodec) WriteResponse(r *rpc.Response, body any) error {
	if err := c.encodable(body); err != nil {
		r.Error, body = err.Error(), struct{}{}
	}
	return c.write(r, body)
}

type clientCodec struct{ *stream }

// WriteRequest sends a call. When body cannot be encoded it returns a
// *TypeError and has written nothing; after any other error the connection
// is closed, since it may end in half a message.
func (c clientCodec) WriteRequest(r *rpc.Request, body any) error {
	if err := c.encodable(body); err != nil {
		return err
	}
	return c.write(r, body)
}

func (c clientCodec) ReadResponseHeader(r *rpc.Response) error { return c.dec.Decode(r) }
func (c clientCodec) ReadResponseBody(body any) error          { return c.dec.Decode(body) }

// stream is a connection with its gob state: both sides remember which types
// the other has been told of.
type stream struct {
	conn  io.ReadWriteCloser
	dec   *gob.Decoder
	enc   *gob.Encoder
	buf   *bufio.Writer
	tried map[reflect.Type]bool // types that gob has encoded here
}

func newStream(conn io.ReadWriteCloser, r io.Reader) *stream {
	buf := bufio.NewWriter(conn)
	return &stream{
		conn:  conn,
		dec:   gob.NewDecoder(r),
		enc:   gob.NewEncoder(buf),
		buf:   buf,
		tried: make(map[reflect.Type]bool),
	}
}

// write sends a header and its body in one flush.
func (s *stream) write(header, body any) error {
	whole := false
	defer func() {
		if !whole { // an error, or a panic in a GobEncode
			s.conn.Close()
		}
	}()
	if err := s.enc.Encode(header); err != nil {
		return err
	}
	if err := s.enc.Encode(body); err != nil {
		return err
	}
	if err := s.buf.Flush(); err != nil {
		return err
	}
	whole = true
	return nil
}

// Close closes the connection.
func (s *stream) Close() error { return s.conn.Close() }
