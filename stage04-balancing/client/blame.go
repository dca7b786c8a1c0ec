package client

import (
	"context"
	"errors"
	"time"

	"example.com/workshop/stage04-balancing/balancer"
)

// blame returns err if the called instance is at fault, and nil otherwise. It is at fault
// if isFault says so. It is not if err is another answer or isFinal, if the caller gave up
// or may have erred (a *misfitError), or if its deadline passed and the call took less
// than enough. Any other error is the instance's fault.
func blame(method string, err error, took, enough time.Duration) error {
	_, misfit := errors.AsType[*misfitError](err)
	switch {
	case isFault(method, err):
		return err
	case answered(err), isFinal(method, err), misfit, err == context.Canceled: // context.Canceled is the caller's; a dial's is wrapped
		return nil
	case err == context.DeadlineExceeded && took < enough:
		return nil
	}
	return err
}

// ending says how an attempt ended. The zero ending changes no count.
type ending struct {
	at       time.Time
	took     time.Duration
	answered bool     // whether the instance answered, be it with an error of the method's own
	fault    error    // the error, if it was the instance's fault
	timedOut bool     // whether no answer came in time
	conn     *Conn    // the connection that it was sent on; nil if it was not sent
	heard    progress // what conn had heard before it was sent
}

// report tells the balancer, the statistics and the ejection how the attempt on n has
// ended, and leaves n.
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
