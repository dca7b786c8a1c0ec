//go:build ignore

// Break: A call waits for its reply and for nothing else, as rpc.Client.Call does.
// Invariant: I1
// Seen: One server that hangs blocks all its callers: goroutines pile up, and the callers of
// those callers wait as well, until somebody restarts everything.
// From: rpc.Client.Call, in every net/rpc tutorial
// File: client/conn.go
// Package tests: ./client

package client

func (c *Conn) call(ctx context.Context, method string, args, reply any) error {
	call, err := c.send(ctx, method, args, reply)
	if err != nil {
		return err
	}
	<-call.Done
	return call.Error
}
