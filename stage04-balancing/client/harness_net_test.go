package client_test

import (
	"context"
	"net"
	"sync"
)

// blackHole makes dials to addr hang until their time is over, or the hole is
// filled.
func (c *cluster) blackHole(addr string) (fill func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	hole := make(chan struct{})
	c.holes[addr] = hole
	return sync.OnceFunc(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		close(hole)
		delete(c.holes, addr)
	})
}

// dial counts.
func (c *cluster) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	c.mu.Lock()
	c.dials[addr]++
	hole := c.holes[addr]
	c.mu.Unlock()
	if hole != nil {
		select {
		case <-hole:
		case <-ctx.Done():
			return nil, &net.OpError{Op: "dial", Net: network, Err: ctx.Err()}
		}
	}
	conn, err := c.net.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return c.cuttable(c.count(conn, addr), addr), nil
}

// count counts when the client closes a connection.
func (c *cluster) count(conn net.Conn, addr string) net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.opens++
	return &counted{Conn: conn, closed: sync.OnceFunc(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.closes[addr]++
	})}
}

// counted reports its Close, once.
type counted struct {
	net.Conn
	closed func()
}

func (c *counted) Close() error {
	c.closed()
	return c.Conn.Close()
}

// counts returns how many connections to addr were dialled, and how many of
// them this side closed.
func (c *cluster) counts(addr string) (dials, closes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dials[addr], c.closes[addr]
}

// sharedDial connects every address to one server.
func sharedDial(c *cluster) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		c.mu.Lock()
		c.dials[addr]++
		c.mu.Unlock()
		nc, err := c.net.DialContext(ctx, network, "shared:1")
		if err != nil {
			return nil, err
		}
		return c.count(nc, addr), nil
	}
}
