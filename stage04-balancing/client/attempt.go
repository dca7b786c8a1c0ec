package client

import (
	"context"
	"net/rpc"
	"time"

	"example.com/workshop/stage04-balancing/balancer"
)

// try makes one attempt on n, leaves n, and tells the balancer how the attempt ended.
// When the attempt's time is over (setDue), another attempt may begin. If there is
// another instance to go to, n must be connected by then, whatever the method.
func (inv *invocation) try(ctx context.Context, n *node, done func(balancer.DoneInfo)) (sent bool, err error) {
	defer func() { inv.report(n, done, err) }()
	inv.call.Addr, inv.conn = n.addr, nil
	inv.setDue(inv.begin)
	conn, err := n.connection(ctx, inv.timer, func() time.Time { return inv.connectBy(n) })
	if err != nil {
		return false, err
	}
	inv.sendsOn(conn)
	return conn.call(inv.call.Method, inv.call.Args, inv.call.Reply, func(replied <-chan *rpc.Call) error {
		return inv.wait(ctx, n, replied)
	})
}

// wait waits until n has replied, ctx ends or the deadline passes. If the attempt's time
// is over first and another attempt is to begin (getsRival), wait continues in hedge.
func (inv *invocation) wait(ctx context.Context, n *node, replied <-chan *rpc.Call) error {
	for {
		select {
		case <-replied:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-inv.timer.fired:
		}
		switch {
		case !inv.timer.over(inv.due):
		case inv.due.Equal(inv.deadline):
			return context.DeadlineExceeded
		case inv.getsRival(n):
			return inv.hedge(ctx, n, replied)
		}
	}
}
