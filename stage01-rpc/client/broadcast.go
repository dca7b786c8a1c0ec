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

// Broadcast calls one method on every host at once and returns one receipt
// per host, in their order, whatever happens to each: a host that is left out
// would look as if all was well. It returns when the last has answered or
// ctx has ended, so ctx should have a deadline.
func Broadcast[R any](ctx context.Context, network string, hosts []string, method string, args any, opts Options) []Receipt[R] {
	receipts := make([]Receipt[R], len(hosts))
	var wg sync.WaitGroup
	for i, addr := range hosts {
		r := &receipts[i]
		r.Addr = addr
		wg.Go(func() {
			r.Err = callOnce(ctx, network, addr, method, args, &r.Reply, opts)
			r.Outcome = OutcomeOf(r.Err)
		})
	}
	wg.Wait()
	return receipts
}

// callOnce dials, calls and hangs up.
func callOnce(ctx context.Context, network, addr, method string, args, reply any, opts Options) error {
	conn, err := Dial(ctx, network, addr, opts)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Call(ctx, method, args, reply)
}
