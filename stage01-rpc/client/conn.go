// Package client calls net/rpc servers with deadlines that hold. The one
// rule: an attempt decodes into a reply of its own, which is copied to the
// caller only when the call succeeded in time, for net/rpc writes a late reply
// into whatever it was given.
package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/rpc"
	"reflect"
	"time"
)

// Conn is one connection to one server. Any number of calls may be in
// progress on it. When it breaks it stays broken.
type Conn struct {
	addr string
	nc   net.Conn
	link *link
	rpc  *rpc.Client
	turn chan struct{} // held while a request is being written
}

func newConn(addr string, nc net.Conn, newCodec newCodec) *Conn {
	link := newLink(nc, newCodec)
	return &Conn{addr: addr, nc: nc, link: link, rpc: rpc.NewClientWithCodec(link), turn: make(chan struct{}, 1)}
}

// Addr returns the server's address as it was dialled.
func (c *Conn) Addr() string { return c.addr }

// Broken is closed once no call can succeed on c any more.
func (c *Conn) Broken() <-chan struct{} { return c.link.broken }

// Close ends the connection. Calls in progress fail with rpc.ErrShutdown.
func (c *Conn) Close() error {
	err := c.rpc.Close()
	<-c.link.broken // the reader has seen it
	if errors.Is(err, net.ErrClosed) || errors.Is(err, rpc.ErrShutdown) {
		return nil // it was broken, or closed, before
	}
	return err
}

// Call runs a method such as "Arith.Multiply" and waits for its reply, until
// ctx ends. reply is a non-nil pointer, and is written only on success. Errors
// are *CallErrors around an rpc.ServerError (the method's own error), ctx's
// error, or what happened to the connection.
func (c *Conn) Call(ctx context.Context, method string, args, reply any) error {
	sent, err := c.call(ctx, method, args, reply)
	if err != nil {
		return &CallError{Op: method, Addr: c.addr, Sent: sent, Err: err}
	}
	return nil
}

func (c *Conn) call(ctx context.Context, method string, args, reply any) (sent bool, err error) {
	dst := reflect.ValueOf(reply)
	if dst.Kind() != reflect.Pointer || dst.IsNil() {
		return false, fmt.Errorf("the reply must be a non-nil pointer, not %T", reply)
	}
	private := reflect.New(dst.Type().Elem())
	res := &result{value: private.Interface()}
	call, err := c.send(ctx, method, args, res)
	if err != nil {
		return false, err
	}
	select {
	case <-call.Done:
	case <-ctx.Done():
		return true, ctx.Err()
	}
	if err := cmp.Or(call.Error, res.err); err != nil {
		return true, err
	}
	dst.Elem().Set(private.Elem())
	return true, nil
}

// send writes a request. net/rpc does that under a mutex, for as long as the
// peer's window is closed, and knows no deadline. So callers take turns here,
// where they can give up, and a turn that outlasts its ctx is ended through the
// connection's write deadline. After an error the request has not been sent.
func (c *Conn) send(ctx context.Context, method string, args any, res *result) (*rpc.Call, error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	cut := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		c.nc.SetWriteDeadline(past)
		close(cut)
	})
	c.link.writeErr = rpc.ErrShutdown // what Go returns when it does not write
	call := c.rpc.Go(method, args, res, make(chan *rpc.Call, 1))
	if !stop() {
		<-cut
		c.nc.SetWriteDeadline(time.Time{})
	}
	if err := c.link.writeErr; err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, err
	}
	return call, nil
}
