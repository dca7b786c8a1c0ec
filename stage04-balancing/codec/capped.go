package codec

import "io"

// capped is a connection that reads at most max bytes for one message.
type capped struct {
	io.ReadWriteCloser
	max  int64
	left int64 // bytes that the current message may still take
}

// Read fails with ErrTooLarge if the current message exceeds its bytes.
func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, ErrTooLarge
	}
	n, err := c.ReadWriteCloser.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}
