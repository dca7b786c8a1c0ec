//go:build ignore

// Break: The connection of an instance that left the list is closed at once.
// Invariant: I5
// Seen: A server leaves politely and finishes its calls, and they fail all the same: its clients
// close the connections first.
// From: delete(conns, addr); conn.Close() in the tutorials' watchers
// File: client/node.go
// Package tests: ./client

package client

func (n *node) retire() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.retired = true
	n.end()
}
