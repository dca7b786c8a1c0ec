// Package loglimit bounds how many lines strangers can make a program log. The one rule:
// what is left out is counted, and the count is logged.
package loglimit

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// In an interval, maxLines lines of each message are logged, and then only those whose
// number is a power of two.
const (
	maxLines = 20
	interval = 10 * time.Second
)

// New returns a logger that logs to log, but at most 20 lines of each message in 10
// seconds. After these it logs the 32nd, the 64th and so on, each with its number as
// "line". So it needs no timer to report later how many were left out. Messages must be
// constants, as slog's are meant to be, because they are remembered.
func New(log *slog.Logger) *slog.Logger {
	if _, limited := log.Handler().(handler); limited {
		return log // a second limit would leave out the lines that count
	}
	return slog.New(handler{log.Handler(), &counts{of: make(map[string]count)}})
}

// handler is a slog.Handler that leaves lines out.
type handler struct {
	next   slog.Handler
	counts *counts
}

// counts is shared by a logger and the loggers derived from it.
type counts struct {
	mu sync.Mutex       // guards the field below
	of map[string]count // by message
}

// count is how many lines of a message were logged or left out in an interval.
type count struct {
	began time.Time
	lines int
}

// add counts a line of a message, and returns its number in the interval.
func (c *counts) add(message string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, n := time.Now(), c.of[message]
	if now.Sub(n.began) >= interval {
		n = count{began: now}
	}
	n.lines++
	c.of[message] = n
	return n.lines
}

// Handle logs r unless there have been too many lines of its message.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	n := h.counts.add(r.Message)
	if n > maxLines {
		if isPowerOfTwo := n&(n-1) == 0; !isPowerOfTwo {
			return nil
		}
		r = r.Clone()
		r.AddAttrs(slog.Int("line", n))
	}
	return h.next.Handle(ctx, r)
}

// Enabled, WithAttrs and WithGroup are those of the handler that logs.
func (h handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.next.WithAttrs(attrs), h.counts}
}
func (h handler) WithGroup(name string) slog.Handler {
	return handler{h.next.WithGroup(name), h.counts}
}
