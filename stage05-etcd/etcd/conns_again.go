package etcd

// heard notes that an address has said something on a connection for the first
// time.
func (c *conns) heard(addr string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known[addr] {
		close(c.again)
		c.again = make(chan struct{})
	}
	c.known[addr] = true
}

// heardAgain returns a channel that is closed when an address that has been heard
// is heard on another connection: what answers there may be another etcd.
func (c *conns) heardAgain() <-chan struct{} {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.again
}
