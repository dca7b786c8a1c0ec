package client

import (
	"context"
	"time"
)

// Callers may have less patience than an attempt has time. One call that such a caller
// gave up says little about the instance: its method may just take longer. When several
// callers have given up and the instance has answered nobody meanwhile, neither in time
// nor too late, it is to blame, whatever else it sends. A sign of life that it was asked
// for is no excuse: a server whose methods all hang gives one.

// silence is a row of attempts that timed out, between which the instance has
// answered no call.
type silence struct {
	attempts int
	since    time.Time // when the first of them began
	conn     *Conn     // the connection of the last
	replies  int64     // that had come on it by then
}

// add counts an attempt that timed out and during which no call was answered. It returns
// whether there are ejectAfter of them in a row, and ejectQuiet has passed. A connection
// that took the place of another one continues the row until a call is answered on it.
func (s *silence) add(e *ending) bool {
	if s.attempts == 0 || s.broken(e) {
		s.attempts, s.since = 0, e.at.Add(-e.took)
	}
	s.attempts++
	s.conn, s.replies = e.conn, e.heard.replies
	return s.attempts >= ejectAfter && e.at.Sub(s.since) >= ejectQuiet
}

// broken reports whether a call was answered between the last attempt of the row and e, be
// it on the connection that e's has replaced, too late.
func (s *silence) broken(e *ending) bool {
	if e.conn == s.conn {
		return e.heard.replies != s.replies
	}
	return e.heard.replies > 0 || s.conn.heard().replies != s.replies
}

// settle ends an attempt's use of its connection. An answer ends the silence. If the attempt
// timed out, settle completes e with who is to blame. n is not to blame if the connection
// has been replaced after it had brought a reply; n is to blame if it has been silent for
// long. The caller holds the lock.
func (n *node) settle(e *ending) {
	if e.conn != nil {
		e.conn.leave()
	}
	switch {
	case e.answered:
		n.health.silence.attempts = 0
	case e.conn == nil, !e.timedOut:
	case e.conn != n.conn && e.conn.heard().replies > 0:
		e.fault = nil
	case e.conn.heard().replies == e.heard.replies && n.health.silence.add(e):
		e.fault = context.DeadlineExceeded
		n.health.failures = max(n.health.failures, ejectAfter-1) // the others of the row
	}
}
