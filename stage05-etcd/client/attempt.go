package client

import (
	"context"
	"net/rpc"
	"time"

	"example.com/workshop/stage05-etcd/balancer"
)

// try makes one attempt on n, which it leaves, and tells the balancer how it ended. When
// the attempt's time is over (setDue), another one may begin. If there is another instance
// to go to, n must be connected by then, whatever the method.
func (inv *invocation) try(ctx context.Context, n *node, done func(balancer.DoneInfo)) (sent bool, err error) {
	defer func() { inv.report(n, done, err) }()
	inv.call.Addr, inv.conn = n.addr, nil
	inv.setDue(inv.begin)
	conn, err := n.connection(ctx, inv.timer, func() time.Time {
		if inv.another(n) {
			return inv.due
		}
		return inv.deadline
	})
	if err != nil {
		return false, err
	}
	inv.sendsOn(conn)
	return conn.call(inv.call.Method, inv.call.Args, inv.call.Reply, func(replied <-chan *rpc.Call) error {
		return inv.wait(ctx, n, replied)
	})
}

// wait waits until n has replied, ctx ends or the deadline passes. If the attempt's time is
// over before that and another one is to begin (getsRival), it goes on in hedge.
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

// ending says how an attempt ended. The zero ending counts for nothing.
type ending struct {
	at       time.Time
	took     time.Duration
	answered bool  // whether the instance answered, be it with an error of the method's own
	fault    error // the error, if it was the instance's fault
	timedOut bool  // whether no answer came in time
	conn     *Conn // where it was sent; nil if it was not
	heard    int64 // what conn had heard before
}

// report tells the balancer, the statistics and the ejection that the attempt on n
// has ended with err, and leaves n.
func (inv *invocation) report(n *node, done func(balancer.DoneInfo), err error) {
	c, took := inv.client, time.Since(inv.begin)
	e := ending{at: inv.begin.Add(took), took: took, answered: answered(err), conn: inv.conn, heard: inv.heard}
	if c.life.Err() == nil {
		e.fault = blame(inv.call.Method, err, e.took, c.opts.AttemptTimeout)
		e.timedOut = err == context.DeadlineExceeded
	}
	unhealthy := n.leave(&e)
	done(balancer.DoneInfo{Err: e.fault, Failed: err != nil, Latency: e.took})
	if unhealthy {
		c.eject(n, e.fault)
	}
	inv.blameMisfits(n, err)
}
