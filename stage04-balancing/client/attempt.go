package client

import (
	"context"
	"fmt"
	"net/rpc"
	"reflect"
	"time"

	"example.com/workshop/stage04-balancing/balancer"
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
	a, err := conn.start(inv.call.Method, inv.call.Args, inv.call.Reply)
	if err != nil {
		return false, err
	}
	if !inv.resend {
		due = inv.deadline
	}
	if err := inv.wait(ctx, n, a, due); err != nil {
		return true, err
	}
	return a.finish()
}

// wait waits for the reply to a, until ctx ends or due has come. A due before the
// call's deadline is when to go to another instance: if there is none any more, or
// the budget does not pay for it, a late reply is better than none.
func (inv *invocation) wait(ctx context.Context, n *node, a *attempt, due time.Time) error {
	for {
		select {
		case <-a.done:
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

// ending says how an attempt ended.
type ending struct {
	at       time.Time
	took     time.Duration
	answered bool  // by the instance, be it with an error of the method's own
	fault    error // what went wrong by the instance's fault
}

// report tells everybody who keeps count that the attempt on n has ended with err.
func (inv *invocation) report(n *node, done func(balancer.DoneInfo), err error) {
	c, now := inv.client, time.Now()
	e := ending{at: now, took: now.Sub(inv.begin), answered: answered(err)}
	if c.life.Err() == nil {
		e.fault = blame(err, e.took, c.opts.AttemptTimeout)
	}
	done(balancer.DoneInfo{Err: e.fault, Latency: e.took})
	if n.leave(e) {
		c.eject(n, e.fault)
	}
}

// attempt is one request on one connection.
type attempt struct {
	conn *Conn
	dst  reflect.Value // the caller's variable
	own  reflect.Value // the attempt's own
	res  result
	call *rpc.Call
	done chan *rpc.Call
}

// start sends a request without waiting for anything. After an error it has
// not been sent.
func (c *Conn) start(method string, args, reply any) (*attempt, error) {
	dst := reflect.ValueOf(reply)
	if dst.Kind() != reflect.Pointer || dst.IsNil() {
		return nil, &replyError{fmt.Errorf("the reply must be a non-nil pointer, not %T", reply)}
	}
	if c.link.closed.Load() {
		return nil, rpc.ErrShutdown
	}
	a, ok := c.spare.Get().(*attempt)
	if !ok {
		a = &attempt{done: make(chan *rpc.Call, 1)}
	}
	a.conn, a.dst, a.own = c, dst.Elem(), reflect.New(dst.Type().Elem())
	a.res = result{value: a.own.Interface()}
	a.call = c.rpc.Go(method, args, &a.res, a.done)
	return a, nil
}

// finish returns how the attempt ended, once done has been received from, and
// hands over the reply. An attempt that was given up is never finished, nor used
// again, for its reply may still come.
func (a *attempt) finish() (sent bool, err error) {
	sent, err = true, a.res.err
	if a.call.Error != nil {
		sent, err = wasSent(a.call.Error, a.conn.link)
	}
	if err == nil {
		a.dst.Set(a.own.Elem())
	}
	spare := &a.conn.spare
	*a = attempt{done: a.done}
	spare.Put(a)
	return sent, err
}
