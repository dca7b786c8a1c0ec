package codec

// Began reports whether a part of the next request has been read already.
func (c serverCodec) Began() bool { return c.stream.in.buf.Buffered() > 0 }

// Began reports whether a part of the next request has been read already. White space
// after a request is no part of the next one.
func (c *jsonServer) Began() bool {
	read := c.dec.Buffered()
	for b := make([]byte, 1); ; {
		if _, err := read.Read(b); err != nil {
			return false
		}
		if b[0] != '\n' && b[0] != '\r' && b[0] != ' ' && b[0] != '\t' {
			return true
		}
	}
}
