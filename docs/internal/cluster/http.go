package cluster

import (
	"context"

	"example.com/workshop/docs/internal/measure"
)

// httpRegistry is the workshop's own registry: one process, with its list in
// memory.
type httpRegistry struct {
	c    *Cluster
	node *Node
}

// httpNode is the name of its process.
const httpNode = "registry"

func startHTTP(ctx context.Context, c *Cluster) (*httpRegistry, error) {
	r := &httpRegistry{c: c, node: &Node{Name: httpNode}}
	if c.opts.Stage.Offers.Lease {
		r.node.args = []string{"-ttl", c.opts.TTL.String()}
	}
	return r, c.start(ctx, r.node, r.command())
}

func (r *httpRegistry) url() string { return "http://" + r.node.Addr }

func (r *httpRegistry) nodes() []*Node { return []*Node{r.node} }

func (r *httpRegistry) list(ctx context.Context, service string) ([]measure.Instance, error) {
	return measure.Registry{URL: r.url(), Client: web()}.List(ctx, service)
}

func (r *httpRegistry) crash(ctx context.Context) (string, error) {
	return "the registry is killed (SIGKILL)", r.node.kill(ctx)
}

func (r *httpRegistry) leases(ctx context.Context, service string) ([]measure.Lease, error) {
	return measure.Registry{URL: r.url(), Client: web()}.Leases(ctx, service)
}

// leader returns none: a single process has no leader.
func (r *httpRegistry) leader(context.Context) (string, error) { return "", nil }

func (r *httpRegistry) command() string { return "registry" }

// silence crashes the process: with only one, nothing less is possible.
func (r *httpRegistry) silence(ctx context.Context) (string, error) { return r.crash(ctx) }

func (r *httpRegistry) revive(ctx context.Context) (string, error) { return r.restart(ctx) }

func (r *httpRegistry) restart(ctx context.Context) (string, error) {
	if err := r.node.kill(ctx); err != nil {
		return "", err
	}
	return "the registry starts again, with an empty memory", r.c.start(ctx, r.node, r.command())
}

// renew restarts the process, whose list is only in memory.
func (r *httpRegistry) renew(ctx context.Context) (string, error) { return r.restart(ctx) }
