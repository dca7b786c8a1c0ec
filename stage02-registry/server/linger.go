package server

import (
	"io"
	"time"
)

// linger calls CloseWrite, if the connection has that method. If that succeeds, it reads
// and discards until the peer has closed its own side, for a second at most. Closing a
// socket that still holds unread requests resets it, and a reset can overtake the last
// replies.
func (c *conn) linger() {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if ok && half.CloseWrite() == nil {
		c.Conn.SetReadDeadline(time.Now().Add(time.Second))
		io.Copy(io.Discard, c.Conn)
	}
}
