//go:build ignore

// Break: Each call asks the registry, dials, and hangs up.
// Invariant: I5
// Seen: With 64 callers, a client makes a sixteenth of the calls that it could, the registry gets
// as many requests as all servers together, and ports run out.
// From: the clients of the tutorials
// File: client/client.go
// Package tests: ./client

package client

func (c *Client) do(ctx context.Context, call *Call) error {
	instances, err := c.registry.Instances(ctx, c.service)
	if err != nil {
		return err
	}
	if len(instances) == 0 {
		return ErrNoInstances
	}
	conn, err := Dial(ctx, instances[0].Network, instances[0].Addr, c.opts)
	if err != nil {
		return err
	}
	defer conn.Close()
	call.Addr = conn.Addr()
	return conn.Call(ctx, call.Method, call.Args, call.Reply)
}
