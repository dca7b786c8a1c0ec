package client

import (
	"context"
	"errors"
	"fmt"
	"net/rpc"
	"slices"
	"time"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/codec"
)

// maxSent bounds how often one call is sent.
const maxSent = 3

// attempts is what the attempts of one call share.
type attempts struct {
	client   *Client
	call     *Call
	deadline time.Time
	patience *patience
	tried    []string // ids of the instances
	sent     int      // how often
	paid     bool     // for the retry that follows, out of the budget
	last     error
}

// do makes attempts until one succeeds or no other may follow.
func (c *Client) do(ctx context.Context, call *Call) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", call.Method, err)
	}
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(c.opts.Timeout)
	}
	if err := c.wait(ctx, deadline); err != nil {
		return err
	}
	c.budget.earn()
	a := attempts{client: c, call: call, deadline: deadline, patience: c.patiences.get()}
	defer c.patiences.put(a.patience)
	for {
		n, done, err := a.pick(ctx)
		if err != nil {
			return err
		}
		if a.last != nil {
			call.Retries++
			c.retries.Add(1)
		}
		sent, err := a.run(ctx, n, done)
		if err == nil {
			return nil
		}
		a.last = &CallError{Op: call.Method, Addr: n.addr, Sent: sent, Err: err}
		if !a.again(ctx, n, sent, err) {
			return a.last
		}
	}
}

// pick chooses an instance that this call has not tried, and enters it.
func (a *attempts) pick(ctx context.Context) (*node, func(balancer.DoneInfo), error) {
	c, call := a.client, a.call
	info := balancer.Info{Key: c.opts.Key(ctx, call.Method, call.Args)}
	for {
		if tried := a.tried; len(tried) > 0 {
			info.Skip = func(id string) bool { return slices.Contains(tried, id) }
		}
		in, done, err := c.opts.Balancer.Pick(info)
		if err != nil {
			c.mu.Lock() // an update that is halfway through may hide an instance
			in, done, err = c.opts.Balancer.Pick(info)
			c.mu.Unlock()
		}
		switch {
		case err != nil && a.last != nil:
			return nil, nil, a.last
		case err != nil:
			return nil, nil, c.nobody()
		}
		if n := (*c.nodes.Load())[in.ID]; n != nil && n.enter() {
			return n, done, nil
		}
		done(balancer.DoneInfo{}) // it left the list just now
		a.tried = append(a.tried, in.ID)
	}
}

// again decides whether another attempt may follow one that failed on n.
func (a *attempts) again(ctx context.Context, n *node, sent bool, err error) bool {
	if ctx.Err() != nil || a.client.life.Err() != nil || !time.Now().Before(a.deadline) || isFinal(err) {
		return false
	}
	a.tried = append(a.tried, n.id)
	if !sent {
		return true // it cost nobody anything
	}
	resend := a.mayResend()
	a.sent++
	paid := resend && (a.paid || a.client.budget.spend())
	a.paid = false
	return paid
}

// mayResend reports whether the call may be sent once more after now.
func (a *attempts) mayResend() bool {
	return a.sent+1 < maxSent && a.client.idempotent[a.call.Method]
}

// isFinal reports whether an error would be the same on every instance: it is
// an answer, or the caller's own fault.
func isFinal(err error) bool {
	_, answered := errors.AsType[rpc.ServerError](err)
	_, badArgs := errors.AsType[*codec.TypeError](err)
	_, badReply := errors.AsType[*replyError](err)
	return answered || badArgs || badReply
}
