package server

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// errIdle ends a connection on which nothing has arrived for long. errSlow ends one whose
// peer has sent a part of a request and not the rest in time.
var (
	errIdle = errors.New("idle")
	errSlow = errors.New("a request was not whole in time")
)

// timed reads a connection within the deadlines of Options. Between two requests a
// connection may be idle. Once a request has begun, it must be whole in time. Setting a
// deadline costs more than a small request does. So timed sets one only if a request is
// not whole after one read, and ignores one that passes but was set for an earlier
// request.
type timed struct {
	wire *wire
	in   io.Reader

	began bool          // whether a part of a request has been read
	due   time.Time     // when the request must be whole; zero before the first read that waits for the rest
	heard time.Duration // how long after the connection was accepted something was read
}

// begin is called before each request. began says whether a part of it has been read.
func (t *timed) begin(began bool) { t.began, t.due = began, time.Time{} }

// Read fails with errSlow if the current request is not whole in time, and with errIdle
// if no request has begun for Options.IdleTimeout.
func (t *timed) Read(p []byte) (int, error) {
	opts := t.wire.srv.opts
	if t.began && t.due.IsZero() {
		t.due = time.Now().Add(opts.ReadTimeout)
		t.wire.conn.SetReadDeadline(t.due)
	}
	for {
		n, err := t.in.Read(p)
		now := time.Since(t.wire.opened)
		switch {
		case n > 0:
			t.began, t.heard = true, now
			return n, err
		case !errors.Is(err, os.ErrDeadlineExceeded), t.wire.srv.stopping.Err() != nil:
			return n, err
		case t.began:
			return n, fmt.Errorf("%w: within %v", errSlow, opts.ReadTimeout)
		}
		busy := t.wire.calls() > 0
		t.wire.flush() // waits for replies that are being written, which updates replied
		used := max(t.heard, time.Duration(t.wire.replied.Load()))
		switch {
		case busy:
			used = now
		case now-used >= opts.IdleTimeout:
			return n, errIdle
		}
		t.wire.conn.SetReadDeadline(t.wire.opened.Add(used).Add(opts.IdleTimeout)) // the sum may be longer than a Duration
	}
}

// calls returns how many calls are in progress besides the request that is being read.
func (w *wire) calls() int64 { return w.all.Load() - w.idle.Load() - 1 }
