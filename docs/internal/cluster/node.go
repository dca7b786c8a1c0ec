package cluster

import (
	"context"
	"errors"
	"fmt"

	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
)

// Node returns the registry's process of that name.
func (c *Cluster) Node(name string) (*Node, error) {
	for _, n := range c.Nodes() {
		if n.Name == name {
			return n, nil
		}
	}
	return nil, fmt.Errorf("the registry has no process %q", name)
}

// Called returns the name of the process in texts: the registry, or node n1 of etcd.
func (n *Node) Called() string {
	if n.Name == httpNode {
		return "the registry"
	}
	return "node " + n.Name + " of etcd"
}

// KillNode crashes one process of the registry and returns when it is gone.
func (c *Cluster) KillNode(ctx context.Context, n *Node) error { return n.kill(ctx) }

// StartNode starts a process of the registry again where it was, with what it
// keeps on disk.
func (c *Cluster) StartNode(ctx context.Context, n *Node) error {
	if !over(n.process) {
		return errors.New("the registry's process " + n.Name + " runs")
	}
	return c.start(ctx, n, c.registry.command())
}

// Killed reports whether the process was killed and not started again.
func (n *Node) Killed() bool { return n.killed }

// Frozen reports whether the process was suspended and not let go on.
func (n *Node) Frozen() bool { return n.frozen }

// Freeze suspends the process; see proc.ErrUnsupported.
func (n *Node) Freeze() error {
	err := n.process.Freeze()
	n.frozen = n.frozen || err == nil
	return err
}

// Thaw lets a frozen process go on.
func (n *Node) Thaw() error {
	n.frozen = false
	return n.process.Thaw()
}

// Again starts a server that has ended once more, on its address.
func (c *Cluster) Again(ctx context.Context, s *Server) error {
	if !over(s.process) {
		return errors.New("server " + s.Name + " runs")
	}
	return c.listen(ctx, s, s.listens)
}

// Leases asks the registry for the leases of its instances. Like List it may be
// called at any time.
func (c *Cluster) Leases(ctx context.Context) ([]measure.Lease, error) {
	leases, err := c.registry.leases(ctx, Service)
	if errors.Is(err, measure.ErrUnknown) {
		return nil, nil
	}
	return leases, err
}

// Leader asks which process of the registry leads the others; none if they have
// no leader, or if there is one process. Like List it may be called at any time.
func (c *Cluster) Leader(ctx context.Context) (string, error) { return c.registry.leader(ctx) }

// Ended reports whether a process has ended.
func Ended(p *proc.Process) bool { return over(p) }
