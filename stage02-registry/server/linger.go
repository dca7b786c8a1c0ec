package server

import (
	"io"
	"time"
)

// linger ends our side and waits, for a second at most, until the peer has
// ended its own, if this is a connection with a CloseWrite. Closing a socket that
// still holds unread requests resets it, and a reset can overtake the last replies.
func (c *conn) linger() {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if ok && half.CloseWrite() == nil {
		c.Conn.SetReadDeadline(time.Now().Add(time.Second))
		io.Copy(io.Discard, c.Conn)
	}
}
