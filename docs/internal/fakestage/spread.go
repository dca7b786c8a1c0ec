package fakestage

import (
	"context"
	"errors"
	"slices"
	"time"
)

const (
	attempts  = 20                     // of one call, before it has failed
	listEvery = 20 * time.Millisecond  // how old a list may be
	benchTime = 500 * time.Millisecond // how long a server is left alone after it failed
)

// spread calls the next of all servers in the registry's last answer, and the one after
// it if that fails.
func (c *caller) spread(ctx context.Context) (string, int, error) {
	c.refresh(ctx)
	for retries := 0; ; retries++ {
		addr, err := c.next()
		if err != nil {
			return "", retries, err
		}
		if err = exchange(addr, c.timeout); err == nil || retries == attempts {
			return addr, retries, err
		}
		c.mu.Lock()
		c.bench[addr] = time.Now()
		c.mu.Unlock()
	}
}

func (c *caller) refresh(ctx context.Context) {
	c.mu.Lock()
	fresh := time.Since(c.asked) < listEvery
	if !fresh {
		c.asked = time.Now()
	}
	first := c.list == nil
	c.mu.Unlock()
	if fresh && !first {
		return
	}
	list, err := c.registry.List(ctx, "Arith")
	if err != nil || len(list) == 0 && !first {
		return // on a busy machine all leases may run out at once
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = []string{}
	for _, in := range list {
		c.list = append(c.list, in.Addr)
	}
}

func (c *caller) next() (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := slices.DeleteFunc(slices.Clone(c.list), func(addr string) bool {
		return time.Since(c.bench[addr]) < benchTime
	})
	if len(left) == 0 {
		left = c.list
	}
	if len(left) == 0 {
		return "", errors.New("no instances")
	}
	c.turn++
	return left[c.turn%len(left)], nil
}
