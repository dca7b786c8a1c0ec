package client

import (
	"context"
	"time"
)

// When an instance is ejected, as outlier detection in Envoy does it: after
// failures in a row, for a time that doubles while it goes on failing, and
// never more than a share of all. Above that share, when the list has shrunk,
// ejection counts for nothing: if most fail, the fault is elsewhere, and
// everything is tried.
const (
	ejectAfter  = 5 // failures
	firstEject  = 500 * time.Millisecond
	longestBan  = 30 * time.Second
	maxEjected  = 50 // per cent of the instances
	firstStreak = ejectAfter - 1
)

// blame returns the part of an attempt's error that is the instance's own: no
// answer at all. An answer that says no is one, and who gave up early or sent
// what cannot be sent learns nothing about the instance.
func (c *Client) blame(err error, took time.Duration) error {
	switch {
	case err == nil, isFinal(err), c.life.Err() != nil:
		return nil
	case err == context.Canceled, err == context.DeadlineExceeded && took < c.opts.AttemptTimeout:
		return nil // the caller's own, bare; that of a dial is wrapped
	}
	return err
}

// judge counts how an attempt on n ended.
func (c *Client) judge(n *node, err error) {
	if err == nil {
		n.ok.Add(1)
		if n.consecutive.Load() > 0 {
			c.forgive(n)
		}
		return
	}
	n.failed.Add(1)
	if n.consecutive.Add(1) < ejectAfter {
		return
	}
	if ban := c.eject(n); ban > 0 {
		c.opts.Logger.Warn("ejected", "service", c.service, "id", n.id, "for", ban, "err", err)
	}
}

// forgive forgets the failures before a success.
func (c *Client) forgive(n *node) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n.consecutive.Store(0)
	if !n.ejected {
		n.ejections = 0
	}
}

// eject keeps calls away from n and returns for how long: not at all when too
// many are out.
func (c *Client) eject(n *node) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	nodes := *c.nodes.Load()
	if n.ejected || nodes[n.id] != n {
		return 0
	}
	out := 1
	for _, other := range nodes {
		if other.ejected {
			out++
		}
	}
	if out*100 > len(nodes)*maxEjected {
		return 0
	}
	ban := min(firstEject<<min(n.ejections, 10), longestBan)
	n.ejected, n.until = true, time.Now().Add(ban)
	n.ejections++
	c.rebalance()
	c.scheduleReadmission()
	return ban
}

// readmit lets those whose time is over take calls again, on probation: one
// failure more and they are out for longer.
func (c *Client) readmit() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	for _, n := range *c.nodes.Load() {
		if n.ejected && !n.until.After(now) {
			n.ejected = false
			n.consecutive.Store(firstStreak)
		}
	}
	c.rebalance()
	c.scheduleReadmission()
}

// scheduleReadmission sets the timer for the next who is due. The caller holds
// the lock.
func (c *Client) scheduleReadmission() {
	var next time.Time
	for _, n := range *c.nodes.Load() {
		if n.ejected && (next.IsZero() || n.until.Before(next)) {
			next = n.until
		}
	}
	if next.IsZero() || c.life.Err() != nil {
		return
	}
	if c.readmits == nil {
		c.readmits = time.AfterFunc(time.Until(next), c.readmit)
		return
	}
	c.readmits.Reset(time.Until(next))
}
