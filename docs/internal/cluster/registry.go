package cluster

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/proxy"
)

// ErrNoRegistry says that the stage has no registry.
var ErrNoRegistry = errors.New("this stage has no registry")

// Node is one process of the registry.
type Node struct {
	Name    string // registry, or n1 and so on
	Addr    string
	process *proc.Process
	killed  bool
	frozen  bool
	cut     bool
	parted  bool
	front   *proxy.Proxy // between it and servers and clients; nil without proxies
	peer    *proxy.Peer  // between it and the other nodes of etcd; nil without proxies or others
	args    []string     // that it was started with
}

// registry is what a stage's servers register with.
type registry interface {
	url() string
	nodes() []*Node
	list(ctx context.Context, service string) ([]measure.Instance, error)
	leases(ctx context.Context, service string) ([]measure.Lease, error)
	leader(ctx context.Context) (node string, err error)
	command() string
	crash(ctx context.Context) (what string, err error)
	silence(ctx context.Context) (what string, err error)
	revive(ctx context.Context) (what string, err error)
	restart(ctx context.Context) (what string, err error)
	renew(ctx context.Context) (what string, err error)
}

// web is the client for registries that come and go: it uses no old connections, and does
// not wait long for an answer.
func web() *http.Client {
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Second}
}

func (c *Cluster) startRegistry(ctx context.Context) (err error) {
	if c.opts.Stage.Offers.Etcd {
		c.registry, err = startEtcd(ctx, c)
	} else {
		c.registry, err = startHTTP(ctx, c)
	}
	if err != nil {
		return err
	}
	return c.startFronts()
}

// KillRegistry crashes the machine that the registry needs most, its only one or the
// leader of its nodes, and returns when it is gone. It says which one that was.
func (c *Cluster) KillRegistry(ctx context.Context) (what string, err error) {
	if c.registry == nil {
		return "", ErrNoRegistry
	}
	return c.registry.crash(ctx)
}

// SilenceRegistry crashes as few of the registry's processes as are needed to stop it
// from working.
func (c *Cluster) SilenceRegistry(ctx context.Context) (what string, err error) {
	if c.registry == nil {
		return "", ErrNoRegistry
	}
	return c.registry.silence(ctx)
}

// ReviveRegistry starts the registry's crashed processes again.
func (c *Cluster) ReviveRegistry(ctx context.Context) (what string, err error) {
	if c.registry == nil {
		return "", ErrNoRegistry
	}
	return c.registry.revive(ctx)
}

// RestartRegistry kills every process of the registry that still runs, and starts all of
// them again where they were. It says what that does to the registry.
func (c *Cluster) RestartRegistry(ctx context.Context) (what string, err error) {
	if c.registry == nil {
		return "", ErrNoRegistry
	}
	return c.registry.restart(ctx)
}

// RenewRegistry kills every process of the registry that still runs, and starts all of
// them again where they were, without their data.
func (c *Cluster) RenewRegistry(ctx context.Context) (what string, err error) {
	if c.registry == nil {
		return "", ErrNoRegistry
	}
	return c.registry.renew(ctx)
}

// FreezeRegistry suspends every process of the registry; see
// proc.ErrUnsupported.
func (c *Cluster) FreezeRegistry(context.Context) (what string, err error) {
	return "the registry is frozen (SIGSTOP); its connections stay open", c.eachNode((*Node).Freeze)
}

// ThawRegistry lets a frozen registry go on.
func (c *Cluster) ThawRegistry(context.Context) (what string, err error) {
	return "the registry goes on (SIGCONT)", c.eachNode((*Node).Thaw)
}

func (c *Cluster) eachNode(do func(*Node) error) error {
	if c.registry == nil {
		return ErrNoRegistry
	}
	for _, n := range c.Nodes() {
		if err := do(n); err != nil {
			return err
		}
	}
	return nil
}

// RegistryURL returns the URL at which commands find the registry; empty in a stage
// without one.
func (c *Cluster) RegistryURL() string {
	if c.registry == nil {
		return ""
	}
	return cmp.Or(c.url, c.registry.url())
}

// Nodes are the registry's processes; none in a stage without one.
func (c *Cluster) Nodes() []*Node {
	if c.registry == nil {
		return nil
	}
	return c.registry.nodes()
}

// Process is the node's process.
func (n *Node) Process() *proc.Process { return n.process }

// List asks the registry which addresses it lists, in its order. A registry
// that knows no such service lists none.
func (c *Cluster) List(ctx context.Context) ([]string, error) {
	instances, err := c.registry.list(ctx, Service)
	if err != nil && !errors.Is(err, measure.ErrUnknown) {
		return nil, err
	}
	addrs := make([]string, 0, len(instances))
	for _, in := range instances {
		addrs = append(addrs, in.Addr)
	}
	return addrs, nil
}

// start starts a node's process, and notes where it listens: from then on
// always there.
func (c *Cluster) start(ctx context.Context, n *Node, command string) error {
	ctx, cancel := context.WithTimeout(ctx, startDeadline)
	defer cancel()
	listen := cmp.Or(n.Addr, anyPort)
	run := c.command(command, append([]string{"-listen", listen}, n.args...))
	run.Serves = true // a server that stops waits until the registry has let it go
	process, addrs, err := c.group.Listen(ctx, run)
	if err != nil {
		return err
	}
	n.process, n.killed, n.frozen = process, false, false
	if n.Addr == "" { // or else List may be reading it
		n.Addr = addrs[0]
	}
	return nil
}

// over reports whether a process has ended.
func over(p *proc.Process) bool {
	select {
	case <-p.Done():
		return true
	default:
		return false
	}
}

// kill crashes a node and returns when it is gone.
func (n *Node) kill(ctx context.Context) error {
	if err := n.process.Kill(); err != nil {
		return err
	}
	n.killed = true
	select {
	case <-n.process.Done():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
