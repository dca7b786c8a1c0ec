package grpcarith

import "time"

// avoid keeps new calls from the server at addr while that is asked for a sign of life,
// or lets them go there again. It reports whether that is a change.
func (c *chooser) avoid(addr string, avoided bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.avoided[addr] == avoided || c.life.Err() != nil {
		return false
	}
	if avoided {
		c.avoided[addr] = true
	} else {
		delete(c.avoided, addr)
	}
	c.update()
	return true
}

// skip returns a Skip for balancer.Info, which skips the servers of tried and those that
// are avoided. It is nil if no server is to be skipped.
func (p picker) skip(tried func(addr string) bool) func(addr string) bool {
	if len(p.avoided) == 0 {
		return tried
	}
	return func(addr string) bool { return p.avoided[addr] || tried != nil && tried(addr) }
}

// after calls do in a goroutine after a pause, unless the channel is closed before.
func (c *chooser) after(pause time.Duration, do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.life.Err() != nil {
		return
	}
	c.background.Go(func() {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		select {
		case <-timer.C:
			do()
		case <-c.life.Done():
		}
	})
}

// Close implements grpcbalancer.Balancer.
func (c *chooser) Close() {
	c.mu.Lock()
	c.end()
	c.mu.Unlock()
	c.Balancer.Close()
	c.background.Wait()
}
