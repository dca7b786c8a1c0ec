package cluster

import (
	"context"
	"fmt"

	"example.com/workshop/docs/internal/proxy"
)

// startFronts puts a proxy before each process of the registry, if the cluster is
// to have proxies: servers and clients reach it through that. The processes of etcd
// reach one another through others, see startPeers.
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

// startPeers puts a proxy before each address at which nodes of etcd reach one another,
// if the cluster is to have proxies.
func (c *Cluster) startPeers(addrs []string) ([]*proxy.Peer, error) {
	if c.opts.Proxies == nil {
		return nil, nil
	}
	proxies, err := c.opts.Proxies.Peers(addrs...)
	if err != nil {
		return nil, fmt.Errorf("proxies between the nodes of etcd: %w", err)
	}
	return proxies, nil
}

// Part cuts the way between the node and the other nodes of etcd. Servers and clients
// reach it as before.
func (n *Node) Part() error {
	if n.peer == nil {
		return fmt.Errorf("there is no proxy between the registry's process %s and others", n.Name)
	}
	n.peer.Swallow()
	n.parted = true
	return nil
}

// Parted reports whether the node was cut off from the others and not healed.
func (n *Node) Parted() bool { return n.parted }

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

// Heal ends what CutOff and Part began.
func (n *Node) Heal() error {
	if n.front != nil {
		n.front.Pass()
	}
	if n.peer != nil {
		n.peer.Pass()
	}
	n.cut, n.parted = false, false
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
	return "everybody reaches the registry again", c.eachNode((*Node).Heal)
}
