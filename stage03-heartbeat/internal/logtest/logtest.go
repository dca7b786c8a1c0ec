// Package logtest holds what a program logs, for a test to read.
package logtest

import (
	"bytes"
	"log/slog"
	"sync"
)

// Quiet returns a logger that discards everything.
func Quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// Buffer keeps what is logged. It may be read while it is written to; the zero
// Buffer is empty.
type Buffer struct {
	mu  sync.Mutex // guards the field below
	buf bytes.Buffer
}

// Logger returns a logger that writes to b as text, every level included.
func (b *Buffer) Logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Write implements io.Writer.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

// String returns what has been logged since the last Reset.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// Reset forgets what has been logged.
func (b *Buffer) Reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.buf.Reset()
}
