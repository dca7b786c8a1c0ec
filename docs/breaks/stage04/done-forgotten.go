//go:build ignore

// Break: The balancer is not told of a call that failed.
// Invariant: I3
// Seen: An instance that failed some calls looks busy for ever and gets no more, long after it has
// recovered; the others do its work.
// From: a return before done(), as in many hand-written pickers
// File: client/blame.go
// Package tests: ./client

package client

func (inv *invocation) report(n *node, done func(balancer.DoneInfo), err error) {
	c, took := inv.client, time.Since(inv.begin)
	e := ending{at: inv.begin.Add(took), took: took, answered: answered(err), conn: inv.conn, heard: inv.heard}
	if c.life.Err() == nil {
		e.fault = blame(inv.call.Method, err, e.took, c.opts.AttemptTimeout)
	}
	unhealthy := n.leave(&e)
	if err == nil {
		done(balancer.DoneInfo{Latency: e.took})
	}
	if unhealthy {
		c.eject(n, e.fault)
	}
	inv.blameMisfits(n, err)
}
