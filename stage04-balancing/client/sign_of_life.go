package client

import (
	"errors"
	"io"
	"net/rpc"
	"time"
)

// A connection whose other end has gone without a word looks as one does on which nothing
// happens to be said; the kernel gives it up after a quarter of an hour. So does one whose
// server has stopped reading, because as many calls as it allows do not return. When a call
// has waited for long and nothing was read since it was sent, the connection is asked for a
// sign of life. If none comes, another one takes its place, and it is closed when its last
// call has ended: should the server merely be slow, nobody loses a call.

// nowhere is a method of a service that does not exist. Any net/rpc server answers a
// call of it at once, with an error, and runs nothing for it.
const nowhere = "NoSuchService.SignOfLife"

// shortestAsk is how long a connection has to give a sign of life. It has as long as an
// attempt, or twice as long as its first sign took, if that is longer.
const shortestAsk = 200 * time.Millisecond

var errSilent error = brokenError("the connection gives no sign of life")

// brokenError is why this side has given up a connection. For who sorts errors it is what
// the end of a connection is elsewhere.
type brokenError string

func (e brokenError) Error() string { return string(e) }
func (e brokenError) Unwrap() error { return io.ErrUnexpectedEOF }

// doubt has conn asked for a sign of life if nothing was read since an attempt that began
// then, when it had heard so much. Calls that come meanwhile wait. conn is not asked if it
// has given a sign since, or has been replaced.
func (n *node) doubt(conn *Conn, began time.Time, heard progress) {
	if conn.heard().reads != heard.reads {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.conn == conn && !n.sign.After(began) {
		n.ask()
	}
}

// ask has watch ask the connection for a sign of life, unless it does so already. The
// caller holds the lock.
func (n *node) ask() {
	if n.state != Ready || n.retired {
		return
	}
	n.state, n.dialed = Connecting, make(chan struct{})
	select {
	case n.asked <- struct{}{}:
	default:
	}
}

// lives asks conn for a sign of life and reports whether one came in time. Whatever is read
// is one. That conn has broken, or is to be closed, is for watch to see.
func (n *node) lives(conn *Conn) bool {
	heard := conn.heard()
	timer := time.NewTimer(max(n.client.opts.AttemptTimeout, shortestAsk, 2*conn.greeting))
	defer timer.Stop()
	answer := conn.rpc.Go(nowhere, 0, new(result), make(chan *rpc.Call, 1)).Done
	for {
		select {
		case call := <-answer:
			if _, ok := call.Error.(rpc.ServerError); ok || call.Error == nil {
				conn.link.stream.heard.Add(-1)
				return true
			}
			answer = nil // it could not be asked
		case <-timer.C:
			return conn.heard().reads != heard.reads
		case <-conn.Broken():
			return true
		case <-n.life.Done():
			return true
		}
	}
}

// trust lets calls use the connection, which has given a sign of life. If n was ejected
// and its time is over, it is readmitted.
func (n *node) trust() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.sign = time.Now()
	if n.state == Connecting {
		n.state = Ready
		close(n.dialed)
	}
	if n.health.isOver(n.sign) {
		n.readmit()
	}
}

// abandon takes conn, which gives no sign of life, from n, and closes it when its last
// call has ended. If n was to be readmitted, it is ejected for ban instead.
func (n *node) abandon(conn *Conn) (ban time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.state == Ready {
		n.state, n.dialed = Connecting, make(chan struct{})
	}
	n.conn, conn.unused = nil, make(chan struct{})
	if conn.calls == 0 {
		close(conn.unused)
	}
	n.client.dialing.Go(func() {
		select {
		case <-conn.unused:
		case <-conn.Broken():
		case <-n.life.Done():
		}
		conn.Close()
	})
	if n.health.isOver(time.Now()) {
		ban = n.ban()
	}
	return ban
}

// dialsAtOnce reports whether err says that conn gives no sign of life any more: then calls
// wait for another one. If it gave none after its first, or n is held, n is in transient
// failure.
func (n *node) dialsAtOnce(conn *Conn, err error) bool {
	return errors.Is(err, errSilent) && conn.heard().reads > 0 && !n.isHeld()
}

// leave notes that a call waits on c no more. The caller holds the node's lock.
func (c *Conn) leave() {
	c.calls--
	if c.calls == 0 && c.unused != nil {
		close(c.unused)
	}
}
