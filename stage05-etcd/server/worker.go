package server

import (
	"errors"
	"fmt"
	"net/rpc"
	"runtime/debug"

	"example.com/workshop/stage05-etcd/codec"
)

// keptIdle is how many idle workers a connection keeps for the next burst. The
// stack of a kept worker has grown to what gob's decoding needs; a goroutine
// per request would grow its own every time.
const keptIdle = 64

// addWorker starts a worker. rpc.ServeCodec would serve the connection too,
// but for three things: a panic in a method would end the process, nobody
// could tell which calls are in progress, and one peer could start any number
// of them. So workers take turns: the one whose turn it is reads a request,
// hands the turn on, and serves the request through rpc.ServeRequest.
func (c *conn) addWorker() {
	c.all.Add(1)
	c.workers.Go(func() {
		defer c.all.Add(-1)
		for c.idle.Load() < keptIdle {
			c.idle.Add(1)
			_, ok := <-c.turn
			c.idle.Add(-1)
			if !ok {
				return
			}
			c.serveRequest()
		}
	})
}

func (c *conn) serveRequest() {
	r := &request{conn: c}
	defer r.end()
	c.srv.rpc.ServeRequest(r)
}

// request is the codec of one request on its connection.
type request struct {
	*conn
	header   rpc.Request
	handedOn bool // the turn
	cut      bool // off in the middle of its body
}

func (r *request) ReadRequestHeader(h *rpc.Request) error {
	r.left = r.srv.opts.MaxMessage
	err := r.codec.ReadRequestHeader(h)
	r.header.ServiceMethod, r.header.Seq = h.ServiceMethod, h.Seq
	r.logTooLarge(err)
	return err
}

// ReadRequestBody is called once after every header that was read, so it is
// the place to hand on the turn. A body of the wrong type has been read whole;
// after any other error there is nothing to read where the next request
// should be.
func (r *request) ReadRequestBody(body any) error {
	err := r.codec.ReadRequestBody(body)
	if tooLarge := r.logTooLarge(err); tooLarge || err != nil && r.readErr != nil {
		r.cut = !tooLarge
		return err
	}
	if r.idle.Load() == 0 && r.all.Load() < int64(r.srv.opts.MaxCalls) {
		r.addWorker()
	}
	r.handedOn = true
	r.turn <- struct{}{}
	return err
}

// logTooLarge says who asked for too much.
func (r *request) logTooLarge(err error) bool {
	tooLarge := errors.Is(err, codec.ErrTooLarge)
	if tooLarge {
		r.srv.opts.Logger.Warn("connection closed", "peer", r.RemoteAddr(), "err", err, "limit", r.srv.opts.MaxMessage)
	}
	return tooLarge
}

// WriteResponse answers the caller, unless half the request is missing: an
// answer would mean that the method refused.
func (r *request) WriteResponse(resp *rpc.Response, body any) error {
	if r.cut {
		return nil
	}
	r.writing.Lock()
	defer r.writing.Unlock()
	return r.codec.WriteResponse(resp, body)
}

func (r *request) Close() error { return nil } // serve closes the connection

// end ends the connection's reading when there was nothing to read, and
// answers the caller of a method that panicked.
func (r *request) end() {
	p := recover()
	if !r.handedOn {
		close(r.turn)
	}
	if p == nil {
		return
	}
	r.srv.opts.Logger.Error("panic in a method", "method", r.header.ServiceMethod, "panic", p, "stack", string(debug.Stack()))
	r.WriteResponse(&rpc.Response{
		ServiceMethod: r.header.ServiceMethod,
		Seq:           r.header.Seq,
		Error:         fmt.Sprintf("%s panicked: %v", r.header.ServiceMethod, p),
	}, struct{}{})
}
