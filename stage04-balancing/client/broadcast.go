package client

import (
	"context"
	"sync"

	"example.com/workshop/stage04-balancing/internal/descriptors"
)

// Receipt is the result of a call to one host.
type Receipt[R any] struct {
	Addr    string
	Outcome Outcome
	Reply   R     // valid if the outcome is Acknowledged
	Err     error // nil if the outcome is Acknowledged
}

// Broadcast calls one method on every host at once and returns one receipt per host, in
// the order of hosts. A host that fails has a receipt too: if it were left out, all would
// seem well. Broadcast dials each host and closes the connection after the call. It has
// at most descriptors.Half connections at once, and further hosts wait for one to end.
// Without that bound, dials would fail because this process has no descriptors left.
// Broadcast returns when the last host has answered or ctx has ended, so ctx should have
// a deadline.
func Broadcast[R any](ctx context.Context, network string, hosts []string, method string, args any, opts Options) []Receipt[R] {
	receipts := make([]Receipt[R], len(hosts))
	var wg sync.WaitGroup
	turns := make(chan struct{}, descriptors.Half())
	for i, addr := range hosts {
		r := &receipts[i]
		r.Addr = addr
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			conn, err := Dial(ctx, network, addr, opts)
			if err == nil {
				err = conn.Call(ctx, method, args, &r.Reply)
				conn.Close()
			}
			r.Outcome, r.Err = OutcomeOf(err), err
		})
	}
	wg.Wait()
	return receipts
}
