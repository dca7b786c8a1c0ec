package client

import (
	"errors"
	"time"
)

// errIdle is the reason for closing a connection that had no call for a long time.
var errIdle = errors.New("idle")

// watch waits until conn can no longer be used, closes it, and returns why: it has broken,
// gave no sign of life when asked, was idle for long (errIdle), or n's life has ended.
func (n *node) watch(conn *Conn) error {
	since := time.Now()
	idle := time.NewTimer(n.client.opts.IdleTimeout)
	defer idle.Stop()
	for {
		select {
		case <-idle.C:
			if wait := n.idle(since); wait > 0 {
				idle.Reset(wait)
				continue
			}
			conn.Close()
			return errIdle
		case <-n.asked:
			if n.lives(conn) {
				n.trust()
				continue
			}
			err := &CallError{Op: "connection", Addr: n.addr, Err: errSilent}
			if ban := n.abandon(conn); ban > 0 {
				n.client.logEjection(n, ban, err)
			}
			return err
		case <-conn.Broken(): // the link has closed it
		case <-n.life.Done():
			conn.Close()
		}
		return &CallError{Op: "connection", Addr: n.addr, Err: conn.link.failure()}
	}
}

// idle makes n idle and removes its connection if n had no call for Options.IdleTimeout.
// It counts from since, when n connected, or from the last call if that is later. The
// next call dials n again. Otherwise idle returns how long to wait before n may be idle.
// A held node keeps its connection, which tells whether the instance is alive.
func (n *node) idle(since time.Time) (wait time.Duration) {
	timeout := n.client.opts.IdleTimeout
	n.client.mu.Lock() // or n could become held before its connection is taken
	defer n.client.mu.Unlock()
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.held || n.calls > 0 || n.state != Ready || n.retired {
		return timeout
	}
	if n.counts.used.After(since) {
		since = n.counts.used
	}
	if wait = timeout - time.Since(since); wait > 0 {
		return wait
	}
	n.state, n.conn, n.dialed = Idle, nil, make(chan struct{})
	return 0
}
