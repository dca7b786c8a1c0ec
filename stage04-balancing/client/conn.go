// Package client calls net/rpc servers with deadlines that hold. The one
// rule: an attempt decodes into a reply of its own, which is copied to the
// caller only when the call succeeded in time, for net/rpc writes a late reply
// into whatever it was given.
package client

import (
	"context"
	"errors"
	"net"
	"net/rpc"
	"sync"
)

// Conn is one connection to one server. Any number of calls may be in
// progress on it. When it breaks it stays broken.
type Conn struct {
	addr  string
	link  *link
	rpc   *rpc.Client
	spare sync.Pool // of *attempt, to be used again
}

func newConn(addr string, nc net.Conn, newCodec newCodec) *Conn {
	link := newLink(nc, newCodec)
	return &Conn{addr: addr, link: link, rpc: rpc.NewClientWithCodec(link)}
}

// Addr returns the server's address as it was dialled.
func (c *Conn) Addr() string { return c.addr }

// Broken is closed once no call can succeed on c any more.
func (c *Conn) Broken() <-chan struct{} { return c.link.broken }

// Close ends the connection. Calls in progress fail with rpc.ErrShutdown.
func (c *Conn) Close() error {
	c.link.closed.Store(true)
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
	if err := ctx.Err(); err != nil {
		return false, err
	}
	a, err := c.start(method, args, reply)
	if err != nil {
		return false, err
	}
	select {
	case <-a.done:
		return a.finish()
	case <-ctx.Done():
		return true, ctx.Err()
	}
}
