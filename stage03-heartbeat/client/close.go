package client

import "net/rpc"

// Close closes the connection. Calls in progress and later ones fail with
// rpc.ErrShutdown.
func (c *Client) Close() error {
	c.end()
	c.lookups.Do("", func() (any, error) { return nil, rpc.ErrShutdown }) // waits for a lookup in progress
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn == nil {
		return nil
	}
	return c.conn.Close()
}
