package server

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"runtime/debug"
	"sync"
	"time"
)

var errTooLarge = errors.New("message too large")

// past is a deadline that ends reads at once.
var past = time.Unix(1, 0)

// conn serves one connection. rpc.ServeCodec would do, but for three things:
// a panic in a method would end the process, nobody could tell which calls
// are in progress, and one peer could start any number of them. So requests
// are served one by one through rpc.ServeRequest, each in a goroutine that
// reads it, hands the reading on to the next goroutine, and runs its method.
type conn struct {
	net.Conn
	srv   *Server
	codec rpc.ServerCodec
	slots chan struct{}  // one is taken by every request in progress
	calls sync.WaitGroup // the goroutines of those requests
	left  int64          // bytes that the request being read may still take

	writing sync.Mutex // serialises replies
}

func newConn(s *Server, nc net.Conn, newCodec func(io.ReadWriteCloser) rpc.ServerCodec) *conn {
	c := &conn{Conn: nc, srv: s, slots: make(chan struct{}, s.opts.MaxCalls)}
	c.codec = newCodec(c)
	return c
}

// serve returns when the peer has hung up, or reading was stopped, and every
// request has been answered.
func (c *conn) serve() {
	c.calls.Go(c.serveRequest)
	c.calls.Wait()
	c.linger()
	c.codec.Close()
}

func (c *conn) serveRequest() {
	c.slots <- struct{}{}
	defer func() { <-c.slots }()
	r := &request{conn: c}
	defer r.recover()
	if err := c.srv.rpc.ServeRequest(r); errors.Is(err, errTooLarge) {
		c.srv.opts.Logger.Warn("connection closed", "peer", c.RemoteAddr(), "err", err, "limit", c.srv.opts.MaxMessage)
	}
}

// stopReading lets the requests that were read end and reads no more.
func (c *conn) stopReading() { c.SetReadDeadline(past) }

// linger waits, for a second at most, until the peer has closed its side too.
// Closing a socket that still holds unread requests resets it, and a reset
// can overtake the last replies.
func (c *conn) linger() {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if ok && half.CloseWrite() == nil {
		c.SetReadDeadline(time.Now().Add(time.Second))
		io.Copy(io.Discard, c.Conn)
	}
}

// Read refuses what exceeds the request's share of bytes.
func (c *conn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTooLarge
	}
	n, err := c.Conn.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}

// Write gives up on a peer that does not read.
func (c *conn) Write(p []byte) (int, error) {
	c.SetWriteDeadline(time.Now().Add(c.srv.opts.WriteTimeout))
	n, err := c.Conn.Write(p)
	if err != nil {
		c.Conn.Close()
	}
	return n, err
}

// request is the codec of one request on its connection.
type request struct {
	*conn
	header rpc.Request
}

func (r *request) ReadRequestHeader(h *rpc.Request) error {
	r.left = r.srv.opts.MaxMessage
	err := r.codec.ReadRequestHeader(h)
	r.header.ServiceMethod, r.header.Seq = h.ServiceMethod, h.Seq
	return err
}

// ReadRequestBody is called once for every header, so it is the place to hand
// on the reading.
func (r *request) ReadRequestBody(body any) error {
	err := r.codec.ReadRequestBody(body)
	r.calls.Go(r.serveRequest)
	return err
}

func (r *request) WriteResponse(resp *rpc.Response, body any) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	return r.codec.WriteResponse(resp, body)
}

func (r *request) Close() error { return nil } // serve closes the connection

// recover answers the caller of a method that panicked.
func (r *request) recover() {
	p := recover()
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
