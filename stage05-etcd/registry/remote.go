package registry

import (
	"context"
	"time"
)

// Register makes the Client a Registrar. While the registry is away, or
// another address holds the id, it keeps trying.
func (c *Client) Register(ctx context.Context, in Instance) (Registration, error) {
	return newRegistration(ctx, c, in, c.opts)
}

func (c *Client) register(ctx context.Context, req request) (Lease, error) {
	if req.ttl > 0 {
		req.TTL = req.ttl.String()
	}
	var granted registered
	if err := c.post(ctx, "register", req, &granted); err != nil {
		return Lease{}, err
	}
	ttl, err := time.ParseDuration(granted.TTL)
	return Lease{ID: granted.Lease, TTL: ttl}, err
}

func (c *Client) beat(ctx context.Context, req request) error {
	return c.post(ctx, "heartbeat", req, &leaseAnswer{})
}

func (c *Client) deregister(ctx context.Context, req request) error {
	return c.post(ctx, "deregister", req, &struct{}{})
}
