package client

import (
	"context"
	"fmt"
	"net/rpc"
	"time"
)

// await waits for a newer view than v, in which no node takes calls, and begins the
// attempt. Only a call's first attempt waits; for a later one await returns the previous
// error at once. If there is no node to wait for, await returns v's error, and after
// Close, rpc.ErrShutdown with the method.
func (inv *invocation) await(ctx context.Context, v *view) error {
	switch {
	case inv.err != nil:
		return inv.err
	case inv.client.life.Err() != nil:
		return fmt.Errorf("%s: %w", inv.call.Method, rpc.ErrShutdown)
	case v.err != nil:
		return v.err
	}
	if err := inv.client.await(ctx, inv.deadline, v); err != nil {
		return err
	}
	inv.begin = time.Now()
	return nil
}

// await waits until there is a newer view than v, as gRPC's WaitForReady does. If ctx ends
// or the deadline passes first, the error wraps ctx's or context.DeadlineExceeded. It
// names the service and, if an instance is in transient failure, the reason.
func (c *Client) await(ctx context.Context, deadline time.Time, v *view) error {
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	err := context.DeadlineExceeded
	select {
	case <-v.replaced:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, why := c.candidates(); why != nil {
		err = fmt.Errorf("%w: %w", err, why)
	}
	return fmt.Errorf("finding %s: %w", c.service, err)
}

// nobody returns why there is no instance to call. The caller holds c.updating.
func (c *Client) nobody() error {
	switch {
	case c.life.Err() != nil:
		return rpc.ErrShutdown
	case c.failure != nil && len(c.nodes) == 0:
		return c.failure
	case len(c.latest.Instances) > 0:
		return fmt.Errorf("%w of %s: those listed have weight 0", ErrNoInstances, c.service)
	}
	return fmt.Errorf("%w of %s", ErrNoInstances, c.service)
}

// connection returns n's connection for one call. While n is connecting, it waits until
// ctx ends, the time that due returns has come (context.DeadlineExceeded), or the client
// is closed (rpc.ErrShutdown). timer is set for that time or earlier. If n is in
// transient failure, connection returns the reason at once.
func (n *node) connection(ctx context.Context, timer *deadlineTimer, due func() time.Time) (*Conn, error) {
	for {
		n.mu.Lock()
		state, conn, err, dialed := n.state, n.conn, n.err, n.dialed
		if state == Ready {
			conn.calls++
		}
		n.mu.Unlock()
		if state != Connecting {
			return conn, err
		}
		select {
		case <-dialed:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-n.life.Done():
			return nil, rpc.ErrShutdown
		case <-timer.fired:
			if timer.over(due()) {
				return nil, context.DeadlineExceeded
			}
		}
	}
}
