//go:build ignore

// Break: A broadcast leaves out the hosts that it could not reach, and does not report them.
// Invariant: I4
// Seen: The report says that all is well; a host that missed the message goes on with the old
// configuration for weeks.
// From: rpcx's Broadcast, which skips what it could not dial and returns nil
// File: client/broadcast.go
// Package tests: ./client

package client

func Broadcast[R any](ctx context.Context, network string, hosts []string, method string, args any, opts Options) []Receipt[R] {
	var receipts []Receipt[R]
	for _, addr := range hosts {
		conn, err := Dial(ctx, network, addr, opts)
		if err != nil {
			continue
		}
		r := Receipt[R]{Addr: addr}
		r.Err = conn.Call(ctx, method, args, &r.Reply)
		r.Outcome = OutcomeOf(r.Err)
		conn.Close()
		receipts = append(receipts, r)
	}
	return receipts
}
