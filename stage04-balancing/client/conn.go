// Package client calls net/rpc servers and keeps to the caller's deadlines. The one rule:
// a call decodes into a private reply, and copies it to the caller only after a success
// in time. net/rpc writes a late reply into whatever it was given.
package client

import (
	"context"
	"fmt"
	"net/rpc"
	"reflect"
	"sync"
	"sync/atomic"
	"time"
)

// badReply is the error text of a call whose reply is not a non-nil pointer.
const badReply = "the reply must be a non-nil pointer, not %T"

// Conn is one connection to one server. Any number of calls may be in progress on it.
// Once broken, it stays broken.
type Conn struct {
	addr   string
	link   *link
	rpc    *rpc.Client
	spare  sync.Pool // of *receiver
	closed atomic.Bool

	greeting time.Duration // how long the first sign of life took

	// guarded by the mu of the node that the connection belongs to
	calls  int           // that wait on it
	unused chan struct{} // closed when none does any more; nil while others may come
}

// receiver is where net/rpc puts the result of a request.
type receiver struct {
	reply result
	done  chan *rpc.Call
}

// Addr returns the server's address as it was dialled.
func (c *Conn) Addr() string { return c.addr }

// Broken returns a channel that is closed once no call can begin on c any more.
func (c *Conn) Broken() <-chan struct{} { return c.link.broken }

// Close ends the connection. Calls in progress fail with rpc.ErrShutdown.
func (c *Conn) Close() error {
	c.closed.Store(true)
	c.rpc.Close()   // fails when c is closed already
	<-c.link.broken // the reader has seen it
	return nil
}

// Call calls a method such as "Arith.Multiply" and waits for its reply until ctx ends.
// reply must be a non-nil pointer; it is written only on success. Every error is a
// *CallError with the method and the server's address. It wraps the method's own error
// (an rpc.ServerError), ctx's error, the connection's error, or, for any other reply,
// badReply with the reply's type.
func (c *Conn) Call(ctx context.Context, method string, args, reply any) error {
	sent, err := false, ctx.Err()
	if err == nil {
		sent, err = c.call(method, args, reply, func(done <-chan *rpc.Call) error {
			select {
			case <-done:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}
	if err != nil {
		return &CallError{Op: method, Addr: c.addr, Sent: sent, Err: err}
	}
	return nil
}

// call sends a request, without waiting for the peer, and then calls wait, which receives
// from done. If wait returns an error, call gives up and returns it. sent is false if the
// server has certainly not seen the request.
func (c *Conn) call(method string, args, reply any, wait func(done <-chan *rpc.Call) error) (sent bool, err error) {
	dst := reflect.ValueOf(reply)
	if dst.Kind() != reflect.Pointer || dst.IsNil() {
		return false, &replyError{fmt.Errorf(badReply, reply)}
	}
	if c.closed.Load() {
		return false, rpc.ErrShutdown
	}
	private := reflect.New(dst.Type().Elem())
	r, ok := c.spare.Get().(*receiver)
	if !ok {
		r = &receiver{done: make(chan *rpc.Call, 1)}
	}
	r.reply = result{value: private.Interface()}
	call := c.rpc.Go(method, args, &r.reply, r.done)
	if err := wait(r.done); err != nil {
		call.Args = nil  // net/rpc has no more use for them, and keeps call until the reply comes
		return true, err // and r is left to that
	}
	sent, err = c.wasSent(call.Error)
	if err == nil {
		err = r.reply.err
	}
	if err == nil {
		dst.Elem().Set(private.Elem())
	}
	r.reply = result{}
	c.spare.Put(r)
	return sent, err
}
