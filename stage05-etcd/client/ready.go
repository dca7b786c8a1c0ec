package client

import (
	"context"
	"net/rpc"
	"slices"
	"time"
)

// The kernel accepts connections for a process that is frozen, and so does a program of
// another kind that has come to its port. So an instance is ready when it has given a first
// sign of life; for gRPC, that is the server's SETTINGS frame. And no call waits for a
// connection while another instance has one. Otherwise, if most of those listed never answer,
// most calls are lost: ejection stops at half of them.

// dialReady calls Dial and then waits for a first sign of life. Each of the two may take
// opts.DialTimeout: if they shared it, a path just quick enough to connect would always
// fail. If no sign comes in time, or the connection breaks or ctx ends first, dialReady
// closes the connection and returns an error.
func dialReady(ctx context.Context, network, addr string, opts Options) (*Conn, error) {
	dialing, cancel := context.WithTimeout(ctx, opts.DialTimeout)
	defer cancel()
	c, err := Dial(dialing, network, addr, opts)
	if err != nil {
		return nil, err
	}
	greeting, cancel := context.WithTimeout(ctx, opts.DialTimeout)
	defer cancel()
	began := time.Now()
	err = errSilent
	select {
	case call := <-c.rpc.Go(nowhere, 0, new(result), make(chan *rpc.Call, 1)).Done:
		if call.Error == nil {
			c.greeting = time.Since(began)
			c.link.stream.heard.Store(0)
			return c, nil
		}
		err = c.link.failure()
	case <-greeting.Done():
	}
	c.Close()
	return nil, &CallError{Op: "dial", Addr: addr, Err: err}
}

// waits reports whether n is not connected, so that an attempt on it would wait. A first
// attempt on one that is idle does not count, or nobody would have it dialled.
func (inv *invocation) waits(n *node) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.conn == nil && (n.state == Connecting || inv.err != nil)
}

// anyConnected reports whether an instance is connected that was not tried.
func (inv *invocation) anyConnected() bool {
	return slices.ContainsFunc(inv.client.view.Load().takers, func(n *node) bool {
		return n.isReady() && !slices.Contains(inv.tried, n.id)
	})
}

// connectBy returns when n must be connected: when the attempt's time is over, if there is
// another instance to go to by then. If there is none, it is looked for again after as
// long again, and n has until the deadline.
func (inv *invocation) connectBy(n *node) time.Time {
	now := time.Now()
	if now.Before(inv.due) || inv.another(n) {
		return inv.due
	}
	again := now.Add(inv.due.Sub(inv.begin))
	if inv.deadline.Before(again) {
		return inv.deadline
	}
	return again
}
