// Package cluster runs one stage's real processes: a registry where the stage
// has one, its servers, and a client that puts steady load on them.
//
// The one rule: a cluster starts processes and never stops them on its own
// account. They belong to the [proc.Group] that it was given, and end when the
// caller closes that.
package cluster

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/stages"
)

// Options describe a cluster.
type Options struct {
	Stage   stages.Stage
	Bin     string        // the folder that holds the stage's commands
	Servers int           // how many to start
	TTL     time.Duration // of a registration, where the stage has leases
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
	registry measure.Registry
	process  *proc.Process // the registry's; nil in a stage without
	servers  []*Server     // in the order of their start
}

// Start starts the registry and then the servers one by one, and returns when
// the registry lists them all.
func Start(ctx context.Context, group *proc.Group, opts Options) (*Cluster, error) {
	c := &Cluster{opts: opts, group: group}
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

// Join starts one more server, with these flags on top of its usual ones, and
// returns when it listens. The registry may list it a moment later.
func (c *Cluster) Join(ctx context.Context, flags ...string) (*Server, error) {
	name := name(len(c.servers))
	process, addr, err := c.listen(ctx, name, anyPort, flags...)
	if err != nil {
		return nil, err
	}
	server := &Server{Name: name, Addr: addr, process: process}
	c.servers = append(c.servers, server)
	return server, nil
}

// Restart asks a server to stop, waits until it has, and starts it again on its
// address.
func (c *Cluster) Restart(ctx context.Context, s *Server) error {
	ctx, cancel := context.WithTimeout(ctx, startDeadline)
	defer cancel()
	if err := s.Terminate(); err != nil {
		return err
	}
	select {
	case <-s.process.Done():
	case <-ctx.Done():
		return fmt.Errorf("server %s does not stop: %w", s.Name, ctx.Err())
	}
	process, _, err := c.listen(ctx, s.Name, s.Addr)
	if err != nil {
		return err
	}
	s.process, s.State = process, Running
	return nil
}

// listen starts a server's process on addr and returns where it listens. It
// registers under its name, for lists are sorted by id, and ports that are
// chosen at random would have chance decide who comes first.
func (c *Cluster) listen(ctx context.Context, name, addr string, flags ...string) (*proc.Process, string, error) {
	ctx, cancel := context.WithTimeout(ctx, startDeadline)
	defer cancel()
	args := append([]string{"-listen", addr}, flags...)
	if c.opts.Stage.Offers.Registry {
		args = append(args, "-registry", c.registry.URL, "-id", name)
	}
	if c.opts.Stage.Offers.Lease {
		args = append(args, "-ttl", c.opts.TTL.String())
	}
	process, addrs, err := c.group.Listen(ctx, c.command("arith-server", args))
	if err != nil {
		return nil, "", err
	}
	return process, addrs[0], nil
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

// ByAddr returns the server that listens, or listened, on addr; nil if there is
// none.
func (c *Cluster) ByAddr(addr string) *Server {
	for _, s := range slices.Backward(c.servers) {
		if s.Addr == addr {
			return s
		}
	}
	return nil
}
