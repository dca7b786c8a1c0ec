package client

import (
	"context"
	"net/rpc"
	"reflect"
	"slices"
	"time"
)

// A call that may run twice is hedged (Dean and Barroso, "The Tail at Scale", 2013): when
// an attempt's time is over, another one begins elsewhere, out of the retry budget, and
// the first stays in the race. To give it up would fail the calls of a caller who waits
// 150 ms for a method that takes 100.

// setDue sets due, and the timer for it, so that from now on an attempt has
// Options.AttemptTimeout, but no more than its share of the call's time: each of maxSent
// is to have some. The share is rounded up, for one of nothing would never bring the deadline
// nearer; and nothing is added to the call's time, which may be the longest that there is.
func (inv *invocation) setDue(now time.Time) {
	attempts := time.Duration(maxSent - inv.sent)
	share := (inv.deadline.Sub(inv.begin)-1)/attempts + 1
	inv.due = now.Add(min(inv.client.opts.AttemptTimeout, share))
	if inv.deadline.Before(inv.due) {
		inv.due = inv.deadline
	}
	inv.timer.set(now, inv.due)
}

// sendsOn notes where the attempt is sent. If it took longer to connect than the attempt
// has time, the reply has as much again.
func (inv *invocation) sendsOn(conn *Conn) {
	inv.conn, inv.heard = conn, conn.heard()
	if inv.timer.fires.After(inv.due) {
		inv.setDue(time.Now())
	}
}

// getsRival reports whether another attempt is to begin beside the one on n, whose time is
// over: its method may run twice, it has not been sent maxSent times, there is another
// instance, and the budget pays for it. Otherwise that is asked again later.
func (inv *invocation) getsRival(n *node) bool {
	n.doubt(inv.conn, inv.begin, inv.heard)
	if inv.sent+1 < maxSent && inv.client.idempotent[inv.call.Method] && inv.another(n) && inv.client.budget.spend() {
		return true
	}
	inv.setDue(time.Now())
	return false
}

// hedge makes attempts elsewhere, the rival, until that has the answer, or n, where the
// call has been sent already, has it. It returns nil if n has replied, or failed, and
// context.DeadlineExceeded if it has not. If the rival has the answer, inv.rival is set.
// If it fails, n is waited for alone.
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

// errorOf returns the error of a call that has ended, or that of its reply.
func errorOf(call *rpc.Call) error {
	if reply, ok := call.Reply.(*result); ok && call.Error == nil {
		return reply.err
	}
	return call.Error
}

// startRival begins attempts on other instances than n and those that were tried, with a
// reply of their own. ended receives what they come to; that is at the call's deadline, or
// soon after cancel or the end of ctx, at the latest.
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

// take makes the answer of the rival, which may be an error, that of the call.
func (inv *invocation) take() error {
	inv.call.Addr = inv.rival.call.Addr
	if inv.rival.err == nil {
		reflect.ValueOf(inv.call.Reply).Elem().Set(reflect.ValueOf(inv.rival.call.Reply).Elem())
		inv.blameMisfits(nil, nil)
	}
	return inv.rival.err
}

// another reports whether there is an instance to go to after n: one that was not tried and
// takes calls now, whatever the view says.
func (inv *invocation) another(n *node) bool {
	return slices.ContainsFunc(inv.client.view.Load().takers, func(other *node) bool {
		return other != n && !slices.Contains(inv.tried, other.id) && !other.unavailable()
	})
}
