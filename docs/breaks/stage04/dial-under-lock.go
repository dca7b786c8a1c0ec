//go:build ignore

// Break: One connection is made at a time, under a lock that all of them share.
// Invariant: I3
// Seen: One host that swallows packets delays the calls to all the others, by as long as a dial
// may take.
// From: gee-rpc's XClient, which dials while it holds the mutex of all its clients
// File: client/conn_state.go
// Package tests: ./client

package client

import "golang.org/x/sync/semaphore"

var dialLock = semaphore.NewWeighted(1)

func (n *node) dial() (*Conn, error) {
	if err := dialLock.Acquire(n.life, 1); err != nil {
		return nil, err
	}
	defer dialLock.Release(1)
	return dialReady(n.life, n.network, n.addr, n.client.opts)
}
