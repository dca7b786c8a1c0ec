package cluster

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
)

func (c *Cluster) startRegistry(ctx context.Context) error {
	addr, err := c.listenRegistry(ctx, anyPort)
	if err != nil {
		return err
	}
	c.registry = measure.Registry{URL: "http://" + addr, Client: &http.Client{
		Transport: &http.Transport{DisableKeepAlives: true}, // a registry that restarts must not meet old connections
	}}
	return nil
}

// listenRegistry starts the registry's process on addr and returns where it
// listens.
func (c *Cluster) listenRegistry(ctx context.Context, addr string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startDeadline)
	defer cancel()
	args := []string{"-listen", addr}
	if c.opts.Stage.Offers.Lease {
		args = append(args, "-ttl", c.opts.TTL.String())
	}
	process, addrs, err := c.group.Listen(ctx, c.command("registry", args))
	if err != nil {
		return "", err
	}
	c.process = process
	return addrs[0], nil
}

// ErrNoRegistry says that the stage has no registry.
var ErrNoRegistry = errors.New("this stage has no registry")

// KillRegistry crashes the registry and returns when it is gone.
func (c *Cluster) KillRegistry(ctx context.Context) error {
	if c.process == nil {
		return ErrNoRegistry
	}
	if err := c.process.Kill(); err != nil {
		return err
	}
	select {
	case <-c.process.Done():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// RestartRegistry kills the registry and starts it again on its port. It comes
// back with an empty memory.
func (c *Cluster) RestartRegistry(ctx context.Context) error {
	if err := c.KillRegistry(ctx); err != nil {
		return err
	}
	_, err := c.listenRegistry(ctx, c.registryAddr())
	return err
}

func (c *Cluster) registryAddr() string { return strings.TrimPrefix(c.registry.URL, "http://") }

// RegistryURL is where the registry answers; empty in a stage without one.
func (c *Cluster) RegistryURL() string { return c.registry.URL }

// Registry is the registry's process; nil in a stage without one.
func (c *Cluster) Registry() *proc.Process { return c.process }

// List asks the registry which addresses it lists, in its order. A registry
// that knows no such service lists none.
func (c *Cluster) List(ctx context.Context) ([]string, error) {
	instances, err := c.registry.List(ctx, Service)
	if err != nil && !errors.Is(err, measure.ErrUnknown) {
		return nil, err
	}
	addrs := make([]string, 0, len(instances))
	for _, in := range instances {
		addrs = append(addrs, in.Addr)
	}
	return addrs, nil
}
