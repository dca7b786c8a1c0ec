package grpcarith

// avoid has no new calls go to the server at addr while it is asked for a sign of life, or
// has them go there again.
func (c *chooser) avoid(addr string, avoided bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.avoided[addr] == avoided || c.life.Err() != nil {
		return
	}
	if avoided {
		c.avoided[addr] = true
	} else {
		delete(c.avoided, addr)
	}
	c.update()
}

// skip returns a balancer.Info's Skip, for those that tried says and those that are
// avoided: nil if there is nobody to skip.
func (p picker) skip(tried func(addr string) bool) func(addr string) bool {
	if len(p.avoided) == 0 {
		return tried
	}
	return func(addr string) bool { return p.avoided[addr] || tried != nil && tried(addr) }
}

// begin has ask run, unless the channel is being closed.
func (c *chooser) begin(ask func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.life.Err() == nil {
		c.asking.Go(ask)
	}
}

// Close implements grpcbalancer.Balancer.
func (c *chooser) Close() {
	c.mu.Lock()
	c.end()
	c.mu.Unlock()
	c.Balancer.Close()
	c.asking.Wait()
}
