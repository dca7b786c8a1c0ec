package client

import (
	"context"
	"fmt"
	"net/rpc"
	"time"
)

// lookupTimeout bounds one lookup and the dial that follows.
const lookupTimeout = 5 * time.Second

// finding is the text that adds the service's name to an error.
const finding = "finding %s: %w"

// connection returns the working connection, or the result of a lookup. Callers that need
// a connection at the same time share one lookup. A caller whose ctx ends before that
// returns ctx's error with the service's name (finding). After Close the error is
// rpc.ErrShutdown.
func (c *Client) connection(ctx context.Context) (*Conn, error) {
	if conn := c.working(); conn != nil {
		return conn, nil
	}
	found := c.lookups.DoChan("", c.lookup)
	select {
	case r := <-found:
		if c.life.Err() != nil {
			return nil, rpc.ErrShutdown
		}
		if r.Err != nil {
			return nil, r.Err
		}
		return r.Val.(*Conn), nil
	case <-ctx.Done():
		return nil, fmt.Errorf(finding, c.service, ctx.Err())
	}
}

// working returns the connection, or nil if there is none or it is broken.
func (c *Client) working() *Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn == nil {
		return nil
	}
	select {
	case <-c.conn.Broken():
		return nil
	default:
		return c.conn
	}
}

// lookup returns the connection, a *Conn, if another lookup has made a working one by
// now. Otherwise it dials the first instance that the registry lists and keeps the
// connection in c.conn. It gives up after lookupTimeout or when c.life ends. Its error is
// Dial's, the registry's with the service's name (finding), or ErrNoInstances, "no
// instances", as "no instances of Arith".
func (c *Client) lookup() (any, error) {
	if conn := c.working(); conn != nil {
		return conn, nil // another lookup was quicker
	}
	ctx, cancel := context.WithTimeout(c.life, lookupTimeout)
	defer cancel()
	instances, err := c.registry.Instances(ctx, c.service)
	if err != nil {
		return nil, fmt.Errorf(finding, c.service, err)
	}
	if len(instances) == 0 {
		return nil, fmt.Errorf("%w of %s", ErrNoInstances, c.service)
	}
	conn, err := Dial(ctx, instances[0].Network, instances[0].Addr, c.opts)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn = conn
	return conn, nil
}
