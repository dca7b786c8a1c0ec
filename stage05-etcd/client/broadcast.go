package client

import (
	"context"
	"sync"
)

// Receipt says what became of a message to one host.
type Receipt[R any] struct {
	Addr    string
	Outcome Outcome
	Reply   R     // when acknowledged
	Err     error // when not
}

// Broadcast calls one method on every host at once and returns one receipt per
// host, in their order, whatever happens to each: a host that is left out would
// look as if all was well. It dials each and hangs up in the end. It returns
// when the last has answered or ctx has ended, so ctx should have a deadline.
func Broadcast[R any](ctx context.Context, network string, hosts []string, method string, args any, opts Options) []Receipt[R] {
	receipts := make([]Receipt[R], len(hosts))
	var wg sync.WaitGroup
	for i, addr := range hosts {
		r := &receipts[i]
		r.Addr = addr
		wg.Go(func() {
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
