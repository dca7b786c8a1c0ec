package client

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.com/workshop/stage05-etcd/balancer"
)

// maxSent bounds how often one call is sent.
const maxSent = 3

// maxRefused bounds how often in a row pick passes over the balancer's choice. A balancer
// that keeps to its contract is passed over only when a node or the view has just changed.
const maxRefused = 10

// invocation is one call, and what its attempts share.
type invocation struct {
	call     *Call
	client   *Client
	deadline time.Time
	timer    *deadlineTimer
	begin    time.Time   // when the current attempt began
	due      time.Time   // when another one may begin
	conn     *Conn       // where the current one was sent; nil if it was not
	heard    progress    // what conn had heard before
	rival    *invocation // that has overtaken the current one; see hedge
	sent     int         // how many attempts were sent
	tried    []string    // ids of nodes that get no other attempt of this call
	misfits  []func()    // each blames an instance whose reply did not fit
	err      error       // why the last attempt failed; nil before the first
}

// do makes the attempts of a call. If ctx has no deadline, the call ends after Options.Timeout.
func (c *Client) do(ctx context.Context, call *Call) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", call.Method, err)
	}
	inv := invocation{call: call, client: c, begin: time.Now(), timer: c.timers.get()}
	defer c.timers.put(inv.timer)
	var ok bool
	if inv.deadline, ok = ctx.Deadline(); !ok {
		inv.deadline = inv.begin.Add(c.opts.Timeout)
	}
	c.budget.earn()
	return inv.attempts(ctx)
}

// attempts makes attempts until one succeeds or no other may follow. It returns nil or the
// error of the last one, a *CallError.
func (inv *invocation) attempts(ctx context.Context) error {
	for {
		n, done, err := inv.pick(ctx)
		if err != nil {
			return err
		}
		if inv.err != nil {
			inv.call.Retries++
			inv.client.retries.Add(1)
		}
		sent, err := inv.try(ctx, n, done)
		switch {
		case inv.rival != nil:
			return inv.take()
		case err == nil:
			return nil
		}
		inv.err = &CallError{Op: inv.call.Method, Addr: n.addr, Sent: sent, Err: err}
		if !inv.again(ctx, n, sent, err) {
			return inv.err
		}
		inv.begin = time.Now()
	}
}

// pick lets the balancer choose a node, enters it, and returns it with the balancer's
// done. It passes over a node that was tried, or that the call would wait for while another
// is connected. If no node takes calls, or the balancer's choice was passed over maxRefused
// times, it waits for another view (await).
func (inv *invocation) pick(ctx context.Context) (*node, func(balancer.DoneInfo), error) {
	c := inv.client
	info := balancer.Info{Key: c.opts.Key(ctx, inv.call.Method, inv.call.Args), Now: inv.begin}
	if inv.err != nil {
		info.Skip = inv.skip()
	}
	for refused := 0; ; {
		v := c.view.Load()
		in, done, err := c.opts.Balancer.Pick(info)
		if err == nil {
			if n := c.find(in.ID); n != nil && !slices.Contains(inv.tried, n.id) && !(inv.waits(n) && inv.anyConnected()) && n.enter() {
				return n, done, nil
			}
			done(balancer.DoneInfo{})
			if refused++; refused < maxRefused {
				info.Skip = inv.skip()
				continue
			}
		}
		if err := inv.await(ctx, v); err != nil {
			return nil, nil, err
		}
		refused, info.Skip, info.Now = 0, nil, inv.begin
	}
}

// skip returns a function that reports whether the balancer must not pick the node with
// this id: it is gone, takes no calls, was tried before, or the call would wait for it
// while another is connected.
func (inv *invocation) skip() func(id string) bool {
	connected := inv.anyConnected()
	return func(id string) bool {
		n := inv.client.find(id)
		return n == nil || n.unavailable() || slices.Contains(inv.tried, id) || connected && inv.waits(n)
	}
}

// unavailable reports whether n takes no call, as enter does.
func (n *node) unavailable() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.retired || n.state == TransientFailure
}

// again reports whether another attempt may follow the one on n that failed with err. None
// may if ctx or the client has ended, if the deadline has come (now counts), or if the error
// is final. Otherwise again first adds n to inv.tried, if the attempt was sent or n is not
// unavailable. If the attempt was not sent, another may follow. If it was, again counts it
// in inv.sent: at maxSent none may follow; below that one may if the call was misdirected,
// or if the method is idempotent and the budget pays.
func (inv *invocation) again(ctx context.Context, n *node, sent bool, err error) bool {
	if ctx.Err() != nil || inv.client.life.Err() != nil || !time.Now().Before(inv.deadline) || isFinal(inv.call.Method, err) {
		return false
	}
	if sent || !n.unavailable() { // who is unavailable is skipped anyway
		inv.tried = append(inv.tried, n.id)
	}
	if !sent {
		return true // it cost nobody anything
	}
	if inv.sent++; inv.sent == maxSent {
		return false
	}
	return misdirected(inv.call.Method, err) || inv.client.idempotent[inv.call.Method] && inv.client.budget.spend()
}
