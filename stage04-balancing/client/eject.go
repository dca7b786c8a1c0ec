package client

import (
	"context"
	"errors"
	"slices"
	"time"

	"example.com/workshop/stage04-balancing/internal/loglimit"
)

// Ejection works as outlier detection does in Envoy. An instance is ejected after
// failures in a row, for a time that doubles while it goes on failing. Never more than a
// share of the candidates is ejected. When the list has shrunk and the share is larger,
// ejection is ignored: if most instances fail, the fault is elsewhere, and all of them
// are tried.
const (
	ejectAfter = 5                      // failures
	ejectQuiet = 500 * time.Millisecond // without an answer, in which ejectAfter calls timed out early
	firstBan   = 500 * time.Millisecond
	longestBan = 30 * time.Second
	maxEjected = 50 // per cent of the instances that take calls
)

// health is how an instance has done lately. The node's mu guards it.
type health struct {
	failures  int // failures in a row by the instance's fault
	ejected   bool
	until     time.Time // when the ban ends; valid while the instance is ejected
	ejections int       // ejections in a row without an answer between them
	silence   silence
	renewed   time.Time // when renew last reset this struct
}

// add counts an attempt and reports whether the instance is to be ejected now. A failure
// by the instance's fault is one more in a row. From ejectAfter in a row on, add returns
// true unless the instance is ejected already. An answer ends the row, and the row of
// ejections too unless the instance is ejected now. Other attempts change nothing.
func (h *health) add(e *ending) bool {
	switch {
	case e.fault != nil:
		h.failures++
		return h.failures >= ejectAfter && !h.ejected
	case e.answered:
		h.failures = 0
		if !h.ejected {
			h.ejections = 0
		}
	}
	return false
}

// tooManyOut reports whether more than maxEjected per cent of the nodes would be ejected
// if so many more of them were. The nodes are the candidates: those that take calls
// unless they are ejected.
func tooManyOut(nodes []*node, more int) bool {
	out := more
	for _, n := range nodes {
		if n.isEjected() {
			out++
		}
	}
	return out*100 > len(nodes)*maxEjected
}

// withoutEjected returns the candidates that are not ejected, or all of them if too many
// are. It changes nodes.
func withoutEjected(nodes []*node) []*node {
	if tooManyOut(nodes, 0) {
		return nodes
	}
	return slices.DeleteFunc(nodes, (*node).isEjected)
}

func (n *node) isEjected() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.health.ejected
}

// eject ejects n, whose last failure was err, and logs that, unless too many candidates
// would be ejected.
func (c *Client) eject(n *node, err error) {
	if ban := c.ban(n); ban > 0 {
		c.logEjection(n, ban, err)
	}
}

func (c *Client) logEjection(n *node, ban time.Duration, err error) {
	c.opts.Logger.Warn("ejected", "service", c.service, "id", n.id, "for", ban, "err", loglimit.Text(err))
}

// ban ejects n and returns for how long: 0 if n is ejected, no candidate, or one too many.
func (c *Client) ban(n *node) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	nodes, _ := c.candidates()
	if c.nodes[n.id] == n && errors.Is(n.transientFailure(), errSilent) {
		nodes = append(nodes, n) // its next connection may be as silent
	}
	if n.isEjected() || !slices.Contains(nodes, n) || tooManyOut(nodes, 1) {
		return 0
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.ban()
}

// ban ejects n and returns for how long: twice as long as the last time if n has not
// answered since, and at most longestBan. The caller holds the lock.
func (n *node) ban() time.Duration {
	ban := min(firstBan<<min(n.health.ejections, 10), longestBan)
	n.health.ejected, n.health.until = true, time.Now().Add(ban)
	n.health.ejections++
	over, cancel := context.WithTimeout(n.life, ban) // a timer alone would keep n in memory after its life
	context.AfterFunc(over, func() { cancel(); n.endBan() })
	n.client.change() // under n's lock, so that the view is made of n's new state
	return ban
}

// isOver reports whether the instance is ejected and its ban has ended.
func (h *health) isOver(now time.Time) bool { return h.ejected && !h.until.After(now) }

// endBan readmits n if its ban has ended: at once if n is not connected, and otherwise
// when its connection has given a sign of life.
func (n *node) endBan() {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case !n.health.isOver(time.Now()):
	case n.conn == nil:
		n.readmit()
	default:
		n.ask()
	}
}

// readmit lets n take calls again, on probation: one more failure ejects it for longer.
// The caller holds the lock.
func (n *node) readmit() {
	n.health.ejected, n.health.failures = false, ejectAfter-1
	n.client.change()
}
