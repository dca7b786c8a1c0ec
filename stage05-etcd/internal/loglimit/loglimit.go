// Package loglimit bounds how many lines strangers can make a program log. The one rule:
// what is left out is counted, and the count is logged.
package loglimit

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Of each message, maxLines are logged in an interval.
const (
	maxLines = 20
	interval = 10 * time.Second
)

// New returns a logger that logs to log, but of each message at most 20 lines in 10
// seconds. How many more there were is one line when the 10 seconds are over. Messages
// must be constants, as slog's are meant to be: they are remembered.
func New(log *slog.Logger) *slog.Logger {
	return slog.New(handler{log.Handler(), &counts{lines: make(map[string]int)}})
}

// handler is a slog.Handler that leaves lines out.
type handler struct {
	next   slog.Handler
	counts *counts
}

// counts is shared by a logger and those made of it.
type counts struct {
	mu    sync.Mutex     // guards the field below
	lines map[string]int // of this interval, by message
}

// Handle logs r unless there have been too many lines of its message.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	h.counts.mu.Lock()
	h.counts.lines[r.Message]++
	n := h.counts.lines[r.Message]
	h.counts.mu.Unlock()
	if n == 1 {
		time.AfterFunc(interval, func() { h.sum(r.Level, r.Message) })
	}
	if n > maxLines {
		return nil
	}
	return h.next.Handle(ctx, r)
}

// sum begins a new interval and logs how many lines were left out in the old one.
func (h handler) sum(level slog.Level, message string) {
	h.counts.mu.Lock()
	n := h.counts.lines[message]
	delete(h.counts.lines, message)
	h.counts.mu.Unlock()
	if n > maxLines {
		r := slog.NewRecord(time.Now(), level, message, 0)
		r.Add("and_more", n-maxLines)
		h.next.Handle(context.Background(), r)
	}
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
