package client

import "net/rpc"

// Close ends the watch and closes the connections. Calls in progress and later ones fail
// with rpc.ErrShutdown.
func (c *Client) Close() error {
	c.end()
	c.following.Wait()
	c.mu.Lock()
	for _, n := range c.nodes {
		n.retire()
	}
	closed := &view{nodes: c.nodes, err: rpc.ErrShutdown, replaced: make(chan struct{})}
	close(c.view.Swap(closed).replaced)
	c.mu.Unlock()
	c.dialing.Wait()
	return nil
}
