//go:build ignore

// Break: A library ends the whole program when one server does not answer.
// Invariant: I4
// Seen: A server is restarted, and all programs end that were just about to connect to it.
// From: log.Fatal in the clients of the tutorials
// File: client/dial.go
// Package tests: ./client

package client

import "log"

func Dial(ctx context.Context, network, addr string, opts Options) (*Conn, error) {
	if opts.DialContext == nil {
		opts.DialContext = new(net.Dialer).DialContext
	}
	newClient := rpc.NewClient
	if network == "jsonrpc" {
		newClient = jsonrpc.NewClient
	}
	nc, err := opts.DialContext(ctx, "tcp", addr)
	if err == nil && network == "http" {
		err = connect(ctx, nc, addr)
	}
	if err != nil {
		log.Fatal("dialing: ", err)
	}
	s := &stream{Conn: nc, broken: make(chan struct{})}
	return &Conn{addr: addr, stream: s, rpc: newClient(s), turn: make(chan struct{}, 1)}, nil
}
