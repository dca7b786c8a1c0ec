package client

import (
	"context"
	"errors"
	"slices"
	"time"

	"example.com/workshop/stage05-etcd/internal/loglimit"
)

// When an instance is ejected, as outlier detection in Envoy does it: after
// failures in a row, for a time that doubles while it goes on failing, and
// never more than a share of those that take calls. Above that share, when the
// list has shrunk, ejection counts for nothing: if most fail, the fault is
// elsewhere, and everything is tried.
const (
	ejectAfter = 5                      // failures
	ejectQuiet = 500 * time.Millisecond // of silence, and as many calls that timed out earlier
	firstBan   = 500 * time.Millisecond
	longestBan = 30 * time.Second
	maxEjected = 50 // per cent of the instances that take calls
)

// health is how an instance has done lately. It is guarded by the node's mu.
type health struct {
	failures  int // in a row
	ejected   bool
	until     time.Time // when it is readmitted; of use while it is ejected
	ejections int       // in a row, without an answer between them
	silence   silence
	renewed   time.Time // when all of this was last forgotten; see renew
}

// add counts an attempt. One that failed by the instance's fault is one more in a row;
// from ejectAfter on the instance is to be ejected, which add returns, unless it is
// already. An answer ends the row, and that of ejections if it is not ejected now.
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

// tooManyOut reports whether more than maxEjected per cent of the nodes would be
// ejected if so many more of them were. The nodes are the candidates: those that take
// calls unless they are ejected.
func tooManyOut(nodes []*node, more int) bool {
	out := more
	for _, n := range nodes {
		if n.isEjected() {
			out++
		}
	}
	return out*100 > len(nodes)*maxEjected
}

// withoutEjected returns the candidates that are not ejected, or all if those are too
// many. It changes nodes.
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

// eject keeps calls away from n, whose last failure was err, unless too many of
// those that take calls would be out.
func (c *Client) eject(n *node, err error) {
	if ban := c.ban(n); ban > 0 {
		c.logEjection(n, ban, err)
	}
}

func (c *Client) logEjection(n *node, ban time.Duration, err error) {
	c.opts.Logger.Warn("ejected", "service", c.service, "id", n.id, "for", ban, "err", loglimit.Text(err))
}

// ban ejects n and returns for how long: not at all when that would be one too many.
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

// ban ejects n and returns for how long: twice as long as the last time, if it has not
// answered since. The caller holds the lock.
func (n *node) ban() time.Duration {
	ban := min(firstBan<<min(n.health.ejections, 10), longestBan)
	n.health.ejected, n.health.until = true, time.Now().Add(ban)
	n.health.ejections++
	over, cancel := context.WithTimeout(n.life, ban) // a timer alone would keep n when its life has ended
	context.AfterFunc(over, func() { cancel(); n.endBan() })
	n.client.change() // under n's lock, or the view could be made of what n was
	return ban
}

// isOver reports whether the instance is ejected and its time is over.
func (h *health) isOver(now time.Time) bool { return h.ejected && !h.until.After(now) }

// endBan readmits n when its time is over: at once if it is not connected, and otherwise
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

// readmit lets n take calls again, on probation: one failure more and it is out for
// longer. The caller holds the lock.
func (n *node) readmit() {
	n.health.ejected, n.health.failures = false, ejectAfter-1
	n.client.change()
}
