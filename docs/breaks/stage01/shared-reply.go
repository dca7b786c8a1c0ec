//go:build ignore

// Break: net/rpc is given the caller's own variable, and writes a late reply into it after the
// caller has given up.
// Invariant: I2
// Seen: Now and then there is a wrong value: a variable changes long after the call that timed
// out, in code that has nothing to do with it.
// From: every tutorial that puts a select with a timer around rpc.Client.Go
// File: client/conn.go
// Package tests: ./client

package client

func (c *Conn) Call(ctx context.Context, method string, args, reply any) error {
	if err := c.call(ctx, method, args, reply); err != nil {
		return &CallError{Op: method, Addr: c.addr, Err: err}
	}
	return nil
}
