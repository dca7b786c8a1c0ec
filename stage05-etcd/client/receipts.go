package client

import (
	"context"
	"sync"
	"time"

	"example.com/workshop/stage05-etcd/internal/descriptors"
)

// Broadcast calls one method once on every listed instance, even if it is ejected or of
// weight 0, and returns the receipts in the order of the ids. reply returns a new
// variable for each reply. An instance in transient failure is dialled for this one call.
// As with the function Broadcast, at most descriptors.Half instances are called at once.
func (c *Client) Broadcast(ctx context.Context, method string, args any, reply func() any) ([]Receipt[any], error) {
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(c.opts.Timeout)
	}
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	nodes, err := c.listed(ctx)
	if err != nil {
		return nil, err
	}
	receipts := make([]Receipt[any], len(nodes))
	var wg sync.WaitGroup
	turns := make(chan struct{}, descriptors.Half())
	for i, n := range nodes {
		r := &receipts[i]
		r.Addr, r.Reply = n.addr, reply()
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			r.Err = n.callOnce(ctx, method, args, r.Reply)
			r.Outcome = OutcomeOf(r.Err)
		})
	}
	wg.Wait()
	return receipts, nil
}

// listed returns the nodes of the list. It waits for the first list until ctx ends.
func (c *Client) listed(ctx context.Context) ([]*node, error) {
	deadline, _ := ctx.Deadline()
	for v := c.view.Load(); v.nodes == nil && v.err == nil; v = c.view.Load() {
		if err := c.await(ctx, deadline, v); err != nil {
			return nil, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	nodes := make([]*node, 0, len(c.latest.Instances))
	for _, in := range c.latest.Instances {
		nodes = append(nodes, c.nodes[in.ID])
	}
	if len(nodes) == 0 || c.life.Err() != nil {
		return nil, c.nobody()
	}
	return nodes, nil
}

// callOnce calls n on its connection. If n is in transient failure, it dials a connection
// for this call.
func (n *node) callOnce(ctx context.Context, method string, args, reply any) error {
	if n.enter() {
		e := new(ending)
		defer func() {
			e.at = time.Now()
			n.leave(e)
		}()
		conn, err := n.connection(ctx, new(deadlineTimer), nil)
		if err != nil {
			return err
		}
		e.conn = conn
		return conn.Call(ctx, method, args, reply)
	}
	conn, err := Dial(ctx, n.network, n.addr, n.client.opts)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Call(ctx, method, args, reply)
}
