// Package cluster runs one stage's real processes: a registry where the stage
// has one, its servers, and a client that puts steady load on them.
//
// The one rule: a cluster starts processes and never stops them on its own
// account. They belong to the [proc.Group] that it was given, and end when the
// caller closes that. Its proxies, if it has any, belong to a [proxy.Group] in
// the same way.
package cluster

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/proxy"
	"example.com/workshop/docs/internal/stages"
)

// Options describe a cluster.
type Options struct {
	Stage   stages.Stage
	Bin     string        // the folder that holds the stage's commands
	Data    string        // a folder for what the registry keeps on disk
	Servers int           // how many to start
	TTL     time.Duration // of a registration, where the stage has leases
	// Proxies, if set, puts every server between proxies of this group. Its callers and
	// the registry are then reached through them, and the server can be slowed or cut
	// off. Another proxy is before each process of the registry, which can be cut off as
	// well. Without it they connect directly.
	Proxies *proxy.Group
	GRPC    bool     // servers and client speak gRPC
	Flags   []string // of every server, on top of the usual ones
}

// Service is the name that the servers register under.
const Service = "Arith"

// anyPort lets the system choose: a demo must not fail because something else
// listens on the documented port.
const anyPort = "127.0.0.1:0"

// startDeadline bounds each process's start and the wait for the registry to
// list it.
const startDeadline = 15 * time.Second

// Cluster is a running stage. Only List is safe for concurrent use.
type Cluster struct {
	opts     Options
	group    *proc.Group
	ports    func(count int) ([]string, error) // on which nobody listened a moment ago
	registry registry                          // nil in a stage without
	url      string                            // of the proxies before it; empty without
	servers  []*Server                         // in the order of their start
}

// Start starts the registry and then the servers one by one, and returns when
// the registry lists them all.
func Start(ctx context.Context, group *proc.Group, opts Options) (*Cluster, error) {
	return start(ctx, group, opts, freePorts)
}

func start(ctx context.Context, group *proc.Group, opts Options, ports func(count int) ([]string, error)) (*Cluster, error) {
	c := &Cluster{opts: opts, group: group, ports: ports}
	if opts.Stage.Offers.Registry {
		if err := c.startRegistry(ctx); err != nil {
			return nil, err
		}
	}
	for range opts.Servers {
		if _, err := c.Join(ctx); err != nil {
			return nil, err
		}
	}
	return c, c.awaitListed(ctx)
}

func (c *Cluster) command(name string, args []string) proc.Command {
	return proc.Command{Name: name, Path: proc.Binary(c.opts.Bin, name), Args: args}
}

// name is A for the first server, B for the second, and so on; after Z come
// numbers.
func name(n int) string {
	if n < 26 {
		return string(rune('A' + n))
	}
	return fmt.Sprint(n + 1)
}

// Servers are all servers that were ever started, in that order.
func (c *Cluster) Servers() []*Server { return c.servers }

// ByAddr returns the server that is, or was, reached at addr; nil if there is
// none.
func (c *Cluster) ByAddr(addr string) *Server {
	for _, s := range slices.Backward(c.servers) {
		if s.Addr == addr {
			return s
		}
	}
	return nil
}
