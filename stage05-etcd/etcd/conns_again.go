package etcd

// heard records that something was read from addr for the first time on a connection.
func (c *conns) heard(addr string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known[addr] {
		close(c.again)
		c.again = make(chan struct{})
	}
	c.known[addr] = true
}

// heardAgain returns a channel that is closed when a known address is heard on another
// connection. By then another etcd may answer there.
func (c *conns) heardAgain() <-chan struct{} {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.again
}
