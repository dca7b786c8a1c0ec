package client

import (
	"context"
	"sync"

	"example.com/workshop/stage04-balancing/internal/descriptors"
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
// look as if all was well. It dials each and hangs up in the end. It has no more
// than descriptors.Half connections at once, or dials would fail here and not at the
// host: further hosts wait for one to end. It returns when the last has answered or
// ctx has ended, so ctx should have a deadline.
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
