package cluster

import (
	"context"
	"errors"
	"net/http"

	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
)

func (c *Cluster) startRegistry(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startDeadline)
	defer cancel()
	args := []string{"-listen", anyPort}
	if c.opts.Stage.Offers.Lease {
		args = append(args, "-ttl", c.opts.TTL.String())
	}
	process, addrs, err := c.group.Listen(ctx, c.command("registry", args))
	if err != nil {
		return err
	}
	c.process = process
	c.registry = measure.Registry{URL: "http://" + addrs[0], Client: &http.Client{
		Transport: &http.Transport{DisableKeepAlives: true}, // a registry that restarts must not meet old connections
	}}
	return nil
}

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
