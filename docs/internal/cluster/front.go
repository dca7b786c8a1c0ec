package cluster

import (
	"context"
	"fmt"
)

// startFronts puts a proxy before each process of the registry, if the cluster is
// to have proxies: servers and clients reach it through that. The processes of
// etcd reach one another directly, for each tells all others one address of its
// own, and a proxy there could not tell who comes.
func (c *Cluster) startFronts() error {
	if c.opts.Proxies == nil {
		return nil
	}
	url, fronts, err := c.opts.Proxies.URL(c.registry.url())
	if err != nil {
		return fmt.Errorf("proxy of the registry: %w", err)
	}
	for i, n := range c.Nodes() {
		n.front = fronts[i]
	}
	c.url = url
	return nil
}

// CutOff cuts the way between the process and the servers and clients. The other
// processes of the registry reach it as before.
func (n *Node) CutOff() error {
	if n.front == nil {
		return fmt.Errorf("the registry's process %s stands behind no proxy", n.Name)
	}
	n.front.Swallow()
	n.cut = true
	return nil
}

// Heal ends what CutOff began.
func (n *Node) Heal() error {
	if n.front != nil {
		n.front.Pass()
	}
	n.cut = false
	return nil
}

// Cut reports whether the process was cut off and not healed.
func (n *Node) Cut() bool { return n.cut }

// CutOffRegistry cuts the way between the whole registry and the servers and
// clients. Its processes run on.
func (c *Cluster) CutOffRegistry(context.Context) (what string, err error) {
	return "the registry is cut off: it runs on, and no server or client reaches it", c.eachNode((*Node).CutOff)
}

// HealRegistry ends what CutOffRegistry began.
func (c *Cluster) HealRegistry(context.Context) (what string, err error) {
	return "servers and clients reach the registry again", c.eachNode((*Node).Heal)
}
