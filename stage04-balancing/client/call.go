package client

import "context"

// Call is one asynchronous call. Reply, Addr and Err may be read once the Call has
// arrived on Done.
type Call struct {
	Method string
	Args   any
	Reply  any
	Addr   string // the server that was called last, if known
	Err    error
	Done   chan *Call // receives the Call itself, once

	Retries int // attempts beyond the first
}

// Go starts a call as Call does, but returns at once. The Call is sent on its Done, which
// has room for it, so the goroutine that makes the call ends when ctx ends at the latest.
func (c *Conn) Go(ctx context.Context, method string, args, reply any) *Call {
	call := &Call{Method: method, Args: args, Reply: reply, Addr: c.addr, Done: make(chan *Call, 1)}
	go func() {
		call.Err = c.Call(ctx, method, args, reply)
		call.Done <- call
	}()
	return call
}

// Go starts a call as Call does, but returns at once. The Call is sent on its Done, which
// has room for it, so the goroutine that makes the call ends when ctx ends at the latest.
func (c *Client) Go(ctx context.Context, method string, args, reply any) *Call {
	call := &Call{Method: method, Args: args, Reply: reply, Done: make(chan *Call, 1)}
	go func() {
		call.Err = c.do(ctx, call)
		call.Done <- call
	}()
	return call
}
