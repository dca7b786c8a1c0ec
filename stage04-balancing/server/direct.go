package server

import (
	"time"

	"example.com/workshop/stage04-balancing/codec"
)

// TryWrite writes as much of p as the connection takes at once, and returns how much that
// is.
func (w *wire) TryWrite(p []byte) int {
	w.replied.Store(int64(time.Since(w.opened)))
	return codec.TryWrite(w.conn.Conn, p)
}
