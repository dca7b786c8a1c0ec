//go:build ignore

// Break: A request is written without a deadline and without a turn: net/rpc writes it under a
// mutex, for as long as the peer does not read.
// Invariant: I1
// Seen: A peer that has stopped reading blocks every caller on its connection, those with a
// deadline too: rpc.Client.Go itself does not return.
// From: a select with a timer around rpc.Client.Go, which does not help
// File: client/conn.go
// Package tests: ./client

package client

func (c *Conn) send(ctx context.Context, method string, args, reply any) (*rpc.Call, error) {
	return c.rpc.Go(method, args, reply, make(chan *rpc.Call, 1)), nil
}
