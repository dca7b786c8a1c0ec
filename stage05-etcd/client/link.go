package client

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/rpc"

	"example.com/workshop/stage05-etcd/codec"
)

// link is a connection's codec. It records what net/rpc does not report about its traffic
// on the wire.
type link struct {
	rpc.ClientCodec
	stream  *stream
	spoke   bool // whether the peer has sent one header; belongs to the reader
	replies replies
	broken  chan struct{} // closed when nothing can be read any more
	reason  error         // why reading failed; set before broken is closed
}

// result is the destination of a reply. It has an error of its own, because net/rpc takes
// a reply that does not fit its variable for the end of the connection.
type result struct {
	value any
	err   error
}

// replyError says that a reply cannot be written to its variable, or is too large.
type replyError struct{ err error }

func (e *replyError) Error() string { return e.err.Error() }
func (e *replyError) Unwrap() error { return e.err }

// misfitError says that a reply does not fit its variable.
type misfitError struct{ err error }

func (e *misfitError) Error() string { return "unexpected reply: " + e.err.Error() }
func (e *misfitError) Unwrap() error { return e.err }

// unsentError says that a request has not been sent, and why.
type unsentError struct{ err error }

func (e *unsentError) Error() string { return e.err.Error() }

// WriteRequest sends a request. Any error says that it has not been sent.
func (l *link) WriteRequest(r *rpc.Request, args any) error {
	err := l.replies.roomFor(r)
	if err != nil {
		l.Close()
	} else {
		err = l.ClientCodec.WriteRequest(r, args)
	}
	if err != nil {
		l.replies.none()
		return &unsentError{ended(err)}
	}
	return nil
}

// ReadResponseHeader waits for the server, so it notices first that the server is gone.
// net/rpc calls it until it fails once.
func (l *link) ReadResponseHeader(r *rpc.Response) error {
	err := l.replies.unasked
	if err == nil {
		err = decode(func() error { return l.ClientCodec.ReadResponseHeader(r) })
	}
	l.replies.hide(r)
	switch {
	case errors.Is(err, codec.ErrTooLarge), err == errUnasked:
		err = fmt.Errorf("hung up on the server: %w", err)
	case err != nil && !l.spoke && !l.stream.readFailed:
		err = fmt.Errorf("it does not speak net/rpc: %w", err)
	}
	l.spoke = true
	if err != nil {
		l.Close()
		l.reason = err
		close(l.broken)
	}
	if ended(err) == rpc.ErrShutdown {
		return io.EOF // net/rpc turns it into ErrShutdown after its Close
	}
	return err
}

// ReadResponseBody never fails. A message that does not fit its variable has been read
// whole. If the connection has ended, or the message was too large or belongs to no call,
// reading the next header returns the error.
func (l *link) ReadResponseBody(reply any) error {
	res, refusal := l.replies.of(reply)
	into := res.value
	if refusal != nil {
		into = nil
	}
	err := decode(func() error { return l.ClientCodec.ReadResponseBody(into) })
	l.replies.read(res, l.stream)
	switch {
	case refusal != nil:
		err = refusal
	case errors.Is(err, codec.ErrTooLarge):
		err = &replyError{fmt.Errorf("refused the reply: %w", err)}
	case err != nil && !l.stream.readFailed:
		err = &misfitError{err}
	}
	res.err = ended(err)
	return nil
}

// failure waits until l is broken, and returns rpc.ErrShutdown. If the server said why
// it hung up, the error says so as well.
func (l *link) failure() error {
	<-l.broken
	if l.reason == io.EOF || ended(l.reason) == rpc.ErrShutdown {
		return rpc.ErrShutdown
	}
	return fmt.Errorf("%w: %w", rpc.ErrShutdown, l.reason)
}

// ended returns the errors that net/rpc has for the two ends of a connection:
// rpc.ErrShutdown if this side has closed it, io.ErrUnexpectedEOF if the other has.
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

// wasSent reports whether the server may have seen a request on c that net/rpc ended with
// err. The error it returns says what happened, because net/rpc returns rpc.ErrShutdown
// for everything after the end of a connection.
func (c *Conn) wasSent(err error) (bool, error) {
	unsent, ok := errors.AsType[*unsentError](err)
	if ok {
		err = unsent.err
	}
	if errors.Is(err, rpc.ErrShutdown) && !c.closed.Load() {
		return false, c.link.failure()
	}
	return !ok, err
}
