package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.com/workshop/stage05-etcd/internal/cli"
	"example.com/workshop/stage05-etcd/mtls"
)

// check returns an error if a flag is wrong, before anything has started.
func (c config) check() error {
	for flag, addr := range map[string]string{"listen": c.Listen, "listen-peer": c.ListenPeer} {
		if err := cli.CheckAddr(flag, addr); err != nil {
			return err
		}
		if host, _, _ := net.SplitHostPort(addr); host != "localhost" && net.ParseIP(host) == nil {
			return cli.Usagef("-%s %q: the host must be an IP address of this machine, or localhost", flag, addr)
		}
	}
	switch {
	case c.nodes < 1 || c.nodes > 9:
		return cli.Usagef("-nodes %d is not between 1 and 9", c.nodes)
	case c.nodes > 1 && c.Cluster != "":
		return cli.Usagef("-cluster is for nodes that are started one by one, without -nodes")
	case c.Name == "" || strings.ContainsAny(c.Name, "=,"):
		return cli.Usagef("-name %q: want a name without = and comma", c.Name)
	case c.nodes == 1 && holds(c.Dir, "peers"):
		return cli.Usagef("-data %s is of several nodes: -nodes says how many", c.Dir)
	case c.nodes > 1 && holds(c.Dir, "member"):
		return cli.Usagef("-data %s is of 1 node, not of %d", c.Dir, c.nodes)
	case c.Cluster != "" && !strings.Contains(","+c.Cluster, ","+c.Name+"="):
		return cli.Usagef("-cluster %q has no node %q, which -name says that this is", c.Cluster, c.Name)
	case c.TLS == (mtls.Files{}) && strings.Contains(c.Cluster, "=https:"):
		return cli.Usagef("-cluster %q: https:// takes -tls-cert, -tls-key and -tls-ca", c.Cluster)
	case c.TLS != (mtls.Files{}) && strings.Contains(c.Cluster, "=http:"):
		return cli.Usagef("-cluster %q: with TLS every node is https://HOST:PORT", c.Cluster)
	case c.Tick < time.Millisecond:
		return cli.Usagef("-heartbeat-interval %v is shorter than 1ms", c.Tick)
	case c.Election < 5*c.Tick || c.Election > 50*time.Second: // etcd's own limits
		return cli.Usagef("-election-timeout %v is not between 5 heartbeats of %v and 50s", c.Election, c.Tick)
	}
	if _, err := c.TLS.Server(); err != nil {
		return cli.Usagef("%v", err)
	}
	return nil
}

// holds reports whether dir, if one is given, has a file of this name. Without a look,
// another number of nodes would begin with an empty registry beside the data.
func holds(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return dir != "" && err == nil
}
