package client

import (
	"context"
	"net/rpc"
	"sync"
	"time"
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

// Broadcast calls one method on every instance listed, the ejected ones
// included, once each, and returns their receipts by id. reply returns a new
// variable for each reply.
func (c *Client) Broadcast(ctx context.Context, method string, args any, reply func() any) ([]Receipt[any], error) {
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(c.opts.Timeout)
	}
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	if err := c.wait(ctx, deadline); err != nil {
		return nil, err
	}
	c.mu.Lock()
	listed, nodes := c.latest.Instances, *c.nodes.Load()
	c.mu.Unlock()
	receipts := make([]Receipt[any], len(listed))
	var wg sync.WaitGroup
	for i, in := range listed {
		r, n := &receipts[i], nodes[in.ID]
		r.Addr, r.Reply = n.addr, reply()
		wg.Go(func() {
			r.Err = n.callOnce(ctx, method, args, r.Reply)
			r.Outcome = OutcomeOf(r.Err)
		})
	}
	wg.Wait()
	return receipts, nil
}

// callOnce calls whatever state n is in.
func (n *node) callOnce(ctx context.Context, method string, args, reply any) error {
	if !n.enter() {
		return &CallError{Op: method, Addr: n.addr, Err: rpc.ErrShutdown}
	}
	defer n.leave()
	conn, err := n.connection(ctx, new(patience), time.Time{})
	if err != nil {
		return err
	}
	return conn.Call(ctx, method, args, reply)
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
