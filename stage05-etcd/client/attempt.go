package client

import (
	"context"
	"net/rpc"
	"time"

	"example.com/workshop/stage05-etcd/balancer"
)

// try makes one attempt on n, which it leaves, and tells the balancer how it ended.
// If there is another instance to go to, it gives n only Options.AttemptTimeout: to
// connect, whatever the method, and to reply if the call may be sent again.
func (inv *invocation) try(ctx context.Context, n *node, done func(balancer.DoneInfo)) (sent bool, err error) {
	defer func() { inv.report(n, done, err) }()
	inv.call.Addr = n.addr
	due := inv.deadline
	if early := inv.begin.Add(inv.client.opts.AttemptTimeout); early.Before(due) && inv.another(n) {
		due = early
	}
	inv.timer.set(inv.begin, due)
	conn, err := n.connection(ctx, inv.timer, due)
	if err != nil {
		return false, err
	}
	if !inv.resend {
		due = inv.deadline
	}
	return conn.call(inv.call.Method, inv.call.Args, inv.call.Reply, func(done <-chan *rpc.Call) error {
		return inv.wait(ctx, n, done, due)
	})
}

// wait waits until n has replied, ctx ends or due has come. A due before the call's
// deadline is when to go to another instance: if there is none any more, or the
// budget does not pay for it, a late reply is better than none.
func (inv *invocation) wait(ctx context.Context, n *node, done <-chan *rpc.Call, due time.Time) error {
	for {
		select {
		case <-done:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-inv.timer.fired:
		}
		switch {
		case !inv.timer.over(due):
		case due.Equal(inv.deadline):
			return context.DeadlineExceeded
		case inv.another(n) && inv.client.budget.spend():
			inv.paid = true
			return context.DeadlineExceeded
		default:
			due = inv.deadline
			inv.timer.set(time.Now(), due)
		}
	}
}

// another reports whether there is an instance to go to after n.
func (inv *invocation) another(n *node) bool {
	return inv.client.view.Load().another(n, inv.tried)
}

// ending says how an attempt ended. The zero ending counts for nothing.
type ending struct {
	at       time.Time
	took     time.Duration
	answered bool  // whether the instance answered, be it with an error of the method's own
	fault    error // the error, if it was the instance's fault
}

// report tells the balancer, the statistics and the ejection that the attempt on n
// has ended with err, and leaves n.
func (inv *invocation) report(n *node, done func(balancer.DoneInfo), err error) {
	c, now := inv.client, time.Now()
	e := ending{at: now, took: now.Sub(inv.begin), answered: answered(err)}
	if c.life.Err() == nil {
		e.fault = blame(inv.call.Method, err, e.took, c.opts.AttemptTimeout)
	}
	done(balancer.DoneInfo{Err: e.fault, Failed: err != nil, Latency: e.took})
	if n.leave(e) {
		c.eject(n, e.fault)
	}
	inv.blameMisfits(n, err)
}
