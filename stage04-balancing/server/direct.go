package server

import (
	"time"

	"example.com/workshop/stage04-balancing/codec"
)

// TryWrite writes what the connection takes of p at once, and returns how much that is.
func (w *wire) TryWrite(p []byte) int {
	w.replied.Store(int64(time.Since(w.opened)))
	return codec.TryWrite(w.conn.Conn, p)
}
