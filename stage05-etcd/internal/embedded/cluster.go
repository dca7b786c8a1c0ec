package embedded

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"golang.org/x/sync/errgroup"
)

// StartCluster starts several nodes of one cluster in this process, and returns when the
// cluster has a leader. In opts.Dir, which must not hold data, each node gets a directory
// of its own. Listen and ListenPeer are chosen for the nodes.
func StartCluster(ctx context.Context, size int, opts Options) ([]*Node, error) {
	opts.Listen = ""
	return onFreePorts(opts, func() ([]*Node, error) { return startCluster(ctx, size, opts) })
}

func startCluster(ctx context.Context, size int, opts Options) ([]*Node, error) {
	peers, err := FreePorts(size)
	if err != nil {
		return nil, err
	}
	opts.Cluster = Cluster(Scheme(opts.TLS), peers)
	var nodes []*Node
	dir := opts.Dir
	for i, peer := range peers { // one by one: each asks those that listen whether they know it, and waits a second
		opts.Name, opts.ListenPeer = fmt.Sprintf("n%d", i+1), peer
		if dir != "" {
			opts.Dir = filepath.Join(dir, opts.Name)
		}
		var n *Node
		if n, err = start(opts); err != nil {
			break
		}
		nodes = append(nodes, n)
	}
	for _, n := range nodes {
		if err == nil {
			err = n.ready(ctx)
		}
	}
	if err != nil {
		CloseAll(nodes)
		for _, n := range nodes {
			if dir != "" {
				os.RemoveAll(n.opts.Dir) // its data names ports that may be taken by then
			}
		}
		return nil, err
	}
	return nodes, nil
}

// advertise sets the address that the node tells the others to the one in the list of the
// cluster. If there is a proxy in between, the node listens at another address.
func advertise(config *embed.Config) error {
	for member := range strings.SplitSeq(config.InitialCluster, ",") {
		if addr, ok := strings.CutPrefix(member, config.Name+"="); ok {
			at, err := url.Parse(addr)
			if err != nil {
				return err
			}
			config.AdvertisePeerUrls = []url.URL{*at}
		}
	}
	return nil
}

// Restart starts closed nodes again, all at the same time, and returns when their cluster
// has a leader. Each node gets its old addresses, and its data if it was given a
// directory. While another process has one of the ports, Restart tries again, until ctx
// ends.
func Restart(ctx context.Context, nodes ...*Node) ([]*Node, error) {
	again := make([]*Node, len(nodes))
	var starting errgroup.Group
	for i, n := range nodes {
		starting.Go(func() (err error) {
			for again[i], err = Start(ctx, n.opts); PortTaken(err); again[i], err = Start(ctx, n.opts) {
				select {
				case <-time.After(100 * time.Millisecond):
				case <-ctx.Done():
					return err
				}
			}
			return err
		})
	}
	if err := starting.Wait(); err != nil {
		for _, n := range again {
			if n != nil {
				n.Close()
			}
		}
		return nil, err
	}
	return again, nil
}

// CloseAll closes nodes, all at the same time, since each takes a second.
func CloseAll(nodes []*Node) {
	var closing sync.WaitGroup
	for _, n := range nodes {
		closing.Go(func() { n.Close() })
	}
	closing.Wait()
}

// Cluster returns a value for Options.Cluster: nodes n1, n2 and so on, with their
// addresses for one another.
func Cluster(scheme string, peers []string) string {
	members := make([]string, len(peers))
	for i, peer := range peers {
		members[i] = fmt.Sprintf("n%d=%s://%s", i+1, scheme, peer)
	}
	return strings.Join(members, ",")
}

// Addrs returns the HOST:PORT of each node for clients.
func Addrs(nodes []*Node) []string {
	addrs := make([]string, len(nodes))
	for i, n := range nodes {
		addrs[i] = n.Addr()
	}
	return addrs
}

// Leader returns the node that leads the others. While there is none, for example during
// an election, it checks again until ctx ends.
func Leader(ctx context.Context, nodes []*Node) (*Node, error) {
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		for _, n := range nodes {
			if n.Server.Leader() == n.Server.MemberID() {
				return n, nil
			}
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return nil, fmt.Errorf("no node leads: %w", ctx.Err())
		}
	}
}
