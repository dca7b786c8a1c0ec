package client

import (
	"context"
	"slices"
	"time"

	"example.com/workshop/stage05-etcd/balancer"
)

// run makes one attempt on n, which it leaves, and tells the balancer how it
// ended. With another instance to go to it gives n only AttemptTimeout: to
// connect, whatever the method, and to answer if the call may be sent again.
func (a *attempts) run(ctx context.Context, n *node, done func(balancer.DoneInfo)) (sent bool, err error) {
	begin := time.Now()
	defer func() {
		took := time.Since(begin)
		blame := a.client.blame(err, took)
		a.client.judge(n, blame)
		done(balancer.DoneInfo{Err: blame, Latency: took})
		n.leave()
	}()
	a.call.Addr = n.addr
	due := a.deadline
	if early := begin.Add(a.client.opts.AttemptTimeout); early.Before(due) && a.others(n) {
		due = early
	}
	a.patience.until(begin, due)
	conn, err := n.connection(ctx, a.patience, due)
	if err != nil {
		return false, err
	}
	if !a.mayResend() {
		due = a.deadline
	}
	p, err := conn.start(a.call.Method, a.call.Args, a.call.Reply)
	if err != nil {
		return false, err
	}
	for {
		select {
		case <-p.done:
			return p.finish()
		case <-ctx.Done():
			return true, ctx.Err()
		case <-a.patience.tick:
			switch {
			case !a.patience.over(due):
			case due.Equal(a.deadline):
				return true, context.DeadlineExceeded
			case a.others(n) && a.client.budget.spend():
				a.paid = true
				return true, context.DeadlineExceeded
			default:
				due = a.deadline // a late answer is better than none
				a.patience.until(time.Now(), due)
			}
		}
	}
}

// others reports whether there is an instance to go to after n.
func (a *attempts) others(n *node) bool {
	for _, id := range *a.client.eligible.Load() {
		if id != n.id && !slices.Contains(a.tried, id) {
			return true
		}
	}
	return false
}
