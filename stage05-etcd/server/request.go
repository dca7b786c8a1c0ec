package server

import (
	"errors"
	"net/rpc"

	"example.com/workshop/stage05-etcd/codec"
	"example.com/workshop/stage05-etcd/internal/loglimit"
)

// maxMethod is how many bytes the name of a method may have. If there is no such method,
// the reply has the name twice.
const maxMethod = 1 << 10

// request is the codec of one request on its connection.
type request struct {
	wire     *wire
	header   rpc.Request
	handedOn bool // whether the turn to read has been passed on
	cut      bool // whether reading ended in the middle of the body
	returned bool // whether the method returned, and did not panic or end its goroutine
}

// ReadRequestHeader reads the next header for net/rpc, and keeps a copy.
func (r *request) ReadRequestHeader(h *rpc.Request) error {
	w := r.wire
	w.left = w.srv.opts.MaxMessage
	buffered, ok := w.codec.(interface{ Began() bool })
	w.in.begin(ok && buffered.Began())
	err := w.codec.ReadRequestHeader(h)
	if len(h.ServiceMethod) > maxMethod {
		err = codec.ErrTooLarge
	}
	r.header.ServiceMethod, r.header.Seq = h.ServiceMethod, h.Seq
	r.logTooLarge(err)
	return err
}

// ReadRequestBody is called once after every header that was read, so it passes the turn
// to read on. A body of the wrong type has been read whole. After any other error the
// next request cannot be found.
func (r *request) ReadRequestBody(body any) error {
	w := r.wire
	err := w.codec.ReadRequestBody(body)
	if tooLarge := r.logTooLarge(err); tooLarge || err != nil && w.readErr != nil {
		r.cut = !tooLarge
		return err
	}
	if w.idle.Load() == 0 && w.mayAddWorker() {
		w.addWorker()
	}
	w.conn.spoke()
	r.handedOn = true
	w.turn <- struct{}{}
	return err
}

// logTooLarge reports whether err says that the peer asked for too much, and logs that
// with the peer. It also logs a peer that was too slow or sent no requests.
func (r *request) logTooLarge(err error) bool {
	opts, peer := r.wire.srv.opts, r.wire.conn.RemoteAddr()
	tooLarge := errors.Is(err, codec.ErrTooLarge)
	switch {
	case tooLarge:
		opts.Logger.Warn("connection closed", "peer", peer, "err", err, "limit", opts.MaxMessage)
	case errors.Is(err, errSlow), errors.Is(err, errHeld), errors.Is(err, codec.ErrFormat):
		opts.Logger.Warn("connection closed", "peer", peer, "err", loglimit.Text(err))
	}
	return tooLarge
}

// WriteResponse answers the caller. If the request was cut off, it writes nothing: an
// answer would mean that the method refused.
func (r *request) WriteResponse(resp *rpc.Response, body any) error {
	if r.cut {
		return nil
	}
	r.wire.lockWriting(resp, body)
	defer r.wire.writing.Unlock()
	return r.wire.codec.WriteResponse(resp, body)
}

// Close does nothing: serve closes the connection.
func (r *request) Close() error { return nil }

// end runs after the request. If there was no request to read, it ends the connection's
// reading. If the method panicked or ended its goroutine, it answers the caller.
func (r *request) end() {
	p := recover()
	if !r.handedOn {
		close(r.wire.turn)
	}
	log := r.wire.srv.opts.Logger
	switch {
	case p != nil:
		log.Error("panic in a method", "method", r.header.ServiceMethod, "panic", loglimit.Text(p), "stack", loglimit.Stack())
		r.refuse("panicked")
	case !r.returned:
		log.Error("a method ended its goroutine", "method", r.header.ServiceMethod, "stack", loglimit.Stack())
		r.wire.addWorker() // in place of the one that ends here
		r.refuse("ended its goroutine")
	}
}

// refuse answers the caller with an error that says what the method did. The value of a
// panic goes to the log alone.
func (r *request) refuse(did string) {
	r.WriteResponse(&rpc.Response{
		ServiceMethod: r.header.ServiceMethod,
		Seq:           r.header.Seq,
		Error:         codec.Crashed + r.header.ServiceMethod + " " + did,
	}, struct{}{})
}
