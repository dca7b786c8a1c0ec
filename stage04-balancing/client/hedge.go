package client

import (
	"context"
	"net/rpc"
	"reflect"
	"slices"
	"time"
)

// A call that may run twice is hedged (Dean and Barroso, "The Tail at Scale", 2013). When
// an attempt's time is over, another one begins elsewhere, paid from the retry budget, and
// the first goes on. If it were given up, a caller that waits 150 ms for a method that
// takes 100 would never get a reply.

// setDue sets due and the timer for it. From now on the attempt has
// Options.AttemptTimeout, but no more than its share of the call's time, so that each of
// maxSent has some, nor beyond the deadline. The share is rounded up: a share of zero
// would never reach the deadline. Nothing is added to the call's time, which may be the
// longest Duration.
func (inv *invocation) setDue(now time.Time) {
	attempts := time.Duration(max(maxSent-inv.sent, 1)) // 1 too if again allowed one too many
	share := (inv.deadline.Sub(inv.begin)-1)/attempts + 1
	inv.due = now.Add(min(inv.client.opts.AttemptTimeout, share))
	if inv.deadline.Before(inv.due) {
		inv.due = inv.deadline
	}
	inv.timer.set(now, inv.due)
}

// sendsOn records the connection that the attempt is sent on. If connecting took longer
// than the attempt has time, the reply has as much again.
func (inv *invocation) sendsOn(conn *Conn) {
	inv.conn, inv.heard = conn, conn.heard()
	if inv.timer.fires.After(inv.due) {
		inv.setDue(time.Now())
	}
}

// getsRival reports whether another attempt is to begin beside the one on n, whose time is
// over: if the method may run twice, the call was not sent maxSent times, another instance
// is there, and the budget pays. Otherwise getsRival sets the timer to check again.
func (inv *invocation) getsRival(n *node) bool {
	n.doubt(inv.conn, inv.begin, inv.heard)
	if inv.sent+1 < maxSent && inv.client.idempotent[inv.call.Method] && inv.another(n) && inv.client.budget.spend() {
		return true
	}
	inv.setDue(time.Now())
	return false
}

// hedge makes attempts on other instances (the rival) while the call on n goes on. It
// returns when one of them has the answer: nil if n has replied or failed, and
// context.DeadlineExceeded if it has not. If the rival has the answer, hedge sets
// inv.rival. If the rival fails, hedge waits for n alone.
func (inv *invocation) hedge(ctx context.Context, n *node, replied <-chan *rpc.Call) error {
	rival, cancel, ended := inv.startRival(ctx, n)
	defer cancel()
	for failed := false; ; {
		select {
		case reply := <-replied:
			if !isFinal(inv.call.Method, errorOf(reply)) {
				replied, failed = nil, true
				continue
			}
			cancel()
			<-ended
			inv.add(rival)
			return nil
		case err := <-ended:
			inv.add(rival)
			rival.err = err
			switch {
			case isFinal(inv.call.Method, err) && failed:
				inv.rival = rival
				return nil
			case isFinal(inv.call.Method, err):
				inv.rival = rival
				return context.DeadlineExceeded
			case failed:
				return nil
			}
			inv.setDue(time.Now())
			return inv.wait(ctx, n, replied)
		}
	}
}

// errorOf returns the error of a call that has ended, or the error of its reply.
func errorOf(call *rpc.Call) error {
	if reply, ok := call.Reply.(*result); ok && call.Error == nil {
		return reply.err
	}
	return call.Error
}

// startRival starts attempts on instances other than n and those already tried. They have
// a reply of their own. ended receives their error: at the call's deadline at the latest,
// or soon after cancel or the end of ctx.
func (inv *invocation) startRival(ctx context.Context, n *node) (rival *invocation, cancel func(), ended <-chan error) {
	call := &Call{Method: inv.call.Method, Args: inv.call.Args}
	call.Reply = reflect.New(reflect.TypeOf(inv.call.Reply).Elem()).Interface()
	rival = &invocation{
		call: call, client: inv.client, deadline: inv.deadline, timer: inv.client.timers.get(), begin: time.Now(),
		sent: inv.sent + 1, tried: append(slices.Clone(inv.tried), n.id),
		err: &CallError{Op: call.Method, Addr: n.addr, Sent: true, Err: context.DeadlineExceeded},
	}
	ctx, cancel = context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- rival.attempts(ctx) }()
	return rival, cancel, done
}

// add counts the attempts of a rival that has ended.
func (inv *invocation) add(rival *invocation) {
	inv.client.timers.put(rival.timer)
	inv.call.Retries += rival.call.Retries
	inv.sent = rival.sent - 1
	inv.tried, inv.misfits = rival.tried, append(inv.misfits, rival.misfits...)
}

// take makes the rival's answer, which may be an error, the answer of the call.
func (inv *invocation) take() error {
	inv.call.Addr = inv.rival.call.Addr
	if inv.rival.err == nil {
		reflect.ValueOf(inv.call.Reply).Elem().Set(reflect.ValueOf(inv.rival.call.Reply).Elem())
		inv.blameMisfits(nil, nil)
	}
	return inv.rival.err
}

// another reports whether there is an instance other than n that was not tried and takes
// calls now. It asks the nodes, because the view may be out of date.
func (inv *invocation) another(n *node) bool {
	return slices.ContainsFunc(inv.client.view.Load().takers, func(other *node) bool {
		return other != n && !slices.Contains(inv.tried, other.id) && !other.unavailable()
	})
}
