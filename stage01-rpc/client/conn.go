// Package client calls net/rpc servers and keeps to the caller's deadlines. The one rule:
// a call decodes into a private reply, and copies it to the caller only after a success
// in time. net/rpc writes a late reply into whatever it was given.
package client

import (
	"cmp"
	"context"
	"fmt"
	"net/rpc"
	"reflect"
	"sync/atomic"
)

// badReply is the error text of a call whose reply is not a non-nil pointer.
const badReply = "the reply must be a non-nil pointer, not %T"

// Conn is one connection to one server. Any number of calls may be in progress on it.
// Once broken, it stays broken.
type Conn struct {
	addr   string
	stream *stream
	rpc    *rpc.Client
	turn   chan struct{} // of capacity 1; full while a request is being written
	closed atomic.Bool
}

// Addr returns the server's address as it was dialled.
func (c *Conn) Addr() string { return c.addr }

// Broken returns a channel that is closed once no call can begin on c any more.
func (c *Conn) Broken() <-chan struct{} { return c.stream.broken }

// Close ends the connection. Calls in progress fail with rpc.ErrShutdown.
func (c *Conn) Close() error {
	c.closed.Store(true)
	c.stream.retire(0)
	c.rpc.Close() // fails when c is closed already
	return nil
}

// Call calls a method such as "Arith.Multiply" and waits for its reply until ctx ends.
// reply must be a non-nil pointer; it is written only on success. Every error is a
// *CallError with the method and the server's address. It wraps the method's own error
// (an rpc.ServerError), ctx's error, the connection's error, or, for any other reply,
// badReply with the reply's type.
func (c *Conn) Call(ctx context.Context, method string, args, reply any) error {
	dst := reflect.ValueOf(reply)
	if dst.Kind() != reflect.Pointer || dst.IsNil() {
		err := fmt.Errorf(badReply, reply)
		return &CallError{Op: method, Addr: c.addr, Err: err}
	}
	private := reflect.New(dst.Type().Elem())
	if err := c.call(ctx, method, args, private.Interface()); err != nil {
		return &CallError{Op: method, Addr: c.addr, Err: err}
	}
	dst.Elem().Set(private.Elem())
	return nil
}

// call is Call for a private reply, which net/rpc may write to at any time. If the
// connection failed, and not the method or ctx, no other call begins on c.
func (c *Conn) call(ctx context.Context, method string, args, reply any) error {
	call, err := c.send(ctx, method, args, reply)
	if err != nil {
		return err
	}
	select {
	case <-call.Done:
	case <-ctx.Done():
		return ctx.Err()
	}
	if _, refused := call.Error.(rpc.ServerError); refused || call.Error == nil {
		return call.Error
	}
	c.stream.retire(drainTime)
	if c.closed.Load() {
		return rpc.ErrShutdown
	}
	return cmp.Or(ctx.Err(), call.Error)
}

// send writes a request. net/rpc writes under a mutex, without a deadline, and blocks
// while the peer does not read. So callers take turns here and can stop waiting when ctx
// ends. If ctx ends during a write, a write deadline stops it. That may leave half a
// request on the wire, so nothing is written after it. On a broken connection the error
// is rpc.ErrShutdown.
func (c *Conn) send(ctx context.Context, method string, args, reply any) (*rpc.Call, error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case <-c.stream.broken:
		return nil, rpc.ErrShutdown
	case <-ctx.Done():
		return nil, ctx.Err()
	default:
	}
	stop := context.AfterFunc(ctx, func() { c.stream.SetWriteDeadline(past) })
	call := c.rpc.Go(method, args, reply, make(chan *rpc.Call, 1))
	if !stop() {
		c.stream.retire(drainTime)
	}
	return call, nil
}
