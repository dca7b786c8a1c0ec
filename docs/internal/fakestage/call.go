package fakestage

import (
	"context"
	"errors"
	"net"
	"time"
)

func (c *caller) call(ctx context.Context) {
	addr, retries, err := c.try(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now.Sent++
	c.now.Retried += retries
	if err != nil {
		c.now.Failed++
		return
	}
	c.now.OK++
	if c.now.Servers == nil {
		c.now.Servers = make(map[string]int)
	}
	c.now.Servers[addr]++
}

// once calls the address that the registry, if there is one, named first after
// the last failure.
func (c *caller) once(ctx context.Context) (string, int, error) {
	addr, err := c.pick(ctx)
	if err == nil {
		err = exchange(addr, c.timeout)
	}
	if err != nil && c.registry != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.addr = ""
	}
	return addr, 0, err
}

func (c *caller) pick(ctx context.Context) (string, error) {
	c.mu.Lock()
	addr := c.addr
	c.mu.Unlock()
	if addr != "" {
		return addr, nil
	}
	list, err := c.registry.List(ctx, "Arith")
	if err != nil {
		return "", err
	}
	if len(list) == 0 {
		return "", errors.New("no instances")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.addr = list[0].Addr
	return c.addr, nil
}

// exchange makes one call over a connection of its own, and waits that long for
// the answer.
func exchange(addr string, timeout time.Duration) error {
	conn, err := net.DialTimeout("tcp", addr, timeout)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		return err
	}
	if _, err := conn.Write([]byte{1}); err != nil {
		return err
	}
	_, err = conn.Read(make([]byte, 1))
	return err
}
