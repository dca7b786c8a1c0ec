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

// dial connects to n and waits for a first sign of life. Each of the two fails after
// Options.DialTimeout: over a path that is just quick enough to connect, together they
// would always fail.
func (n *node) dial() (*Conn, error) {
	ctx, cancel := context.WithTimeout(n.life, n.client.opts.DialTimeout)
	defer cancel()
	conn, err := Dial(ctx, n.network, n.addr, n.client.opts)
	if err != nil {
		return nil, err
	}
	greeting, cancel := context.WithTimeout(n.life, n.client.opts.DialTimeout)
	defer cancel()
	if err := conn.greet(greeting); err != nil {
		conn.Close()
		return nil, &CallError{Op: "dial", Addr: n.addr, Err: err}
	}
	return conn, nil
}

// greet asks c, on which nothing else was sent, for a sign of life, and notes how long it
// took. It returns why none has come when c has broken or ctx ends.
func (c *Conn) greet(ctx context.Context) error {
	began := time.Now()
	select {
	case call := <-c.rpc.Go(nowhere, 0, new(result), make(chan *rpc.Call, 1)).Done:
		if call.Error != nil {
			return c.link.failure()
		}
		c.greeting = time.Since(began)
		c.link.stream.heard.Store(0)
		return nil
	case <-ctx.Done():
		return errSilent
	}
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
