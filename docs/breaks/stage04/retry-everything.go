//go:build ignore

// Break: Every call that fails is sent again, three times at most, whatever its method and its
// error.
// Invariant: I4
// Seen: An order is placed twice: the first server did the work, and its answer got lost.
// From: for i := 0; i < 3; i++ { err = call() } in the tutorials
// File: client/retry.go
// Package tests: ./client

package client

func (inv *invocation) again(ctx context.Context, n *node, sent bool, err error) bool {
	inv.tried = append(inv.tried, n.id)
	inv.sent++
	return ctx.Err() == nil && inv.sent < maxSent
}
