package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Start starts a node and returns when its cluster has a leader.
func Start(ctx context.Context, opts Options) (*Node, error) {
	n, err := onFreePorts(opts, func() (*Node, error) { return start(opts) })
	if err != nil {
		return nil, err
	}
	if err := n.ready(ctx); err != nil {
		n.Close()
		return nil, err
	}
	return n, nil
}

// StartCluster starts several nodes of one cluster in this process and returns
// when it has a leader. A directory for data gets one in it for each; Listen and
// ListenPeer are chosen for them.
func StartCluster(ctx context.Context, size int, opts Options) ([]*Node, error) {
	return onFreePorts(opts, func() ([]*Node, error) { return startCluster(ctx, size, opts) })
}

// onFreePorts starts what listens on ports that were free a moment ago, and
// chooses others when somebody was quicker, unless data would be left behind.
func onFreePorts[T any](opts Options, start func() (T, error)) (started T, err error) {
	for range 5 {
		started, err = start()
		if opts.Dir != "" || opts.Listen != "" || !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	return started, err
}

func startCluster(ctx context.Context, size int, opts Options) ([]*Node, error) {
	peers, err := FreePorts(size)
	if err != nil {
		return nil, err
	}
	opts.Cluster = Cluster(peers)
	var nodes []*Node
	dir := opts.Dir
	for i, peer := range peers { // in turn, for each asks those that listen whether they know it, and waits a second
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
		return nil, err
	}
	return nodes, nil
}

// Cluster names nodes n1, n2 and so on, by where they reach one another, as
// Options.Cluster does.
func Cluster(peers []string) string {
	members := make([]string, len(peers))
	for i, peer := range peers {
		members[i] = fmt.Sprintf("n%d=http://%s", i+1, peer)
	}
	return strings.Join(members, ",")
}

func (n *Node) ready(ctx context.Context) error {
	late := time.NewTimer(startTime)
	defer late.Stop()
	select {
	case <-n.Server.ReadyNotify():
		return nil
	case err := <-n.Err():
		return fmt.Errorf("etcd %s: %w", n.Addr(), err)
	case <-n.Server.StopNotify():
		return n.stopped()
	case <-ctx.Done():
		return fmt.Errorf("etcd %s: waiting for a leader: %w", n.Addr(), ctx.Err())
	case <-late.C:
		return fmt.Errorf("etcd %s: its cluster has no leader after %v", n.Addr(), startTime)
	}
}

// Wait returns when the node has stopped by itself, because its cluster has
// removed it, say; with nil when ctx ends first.
func (n *Node) Wait(ctx context.Context) error {
	select {
	case err := <-n.Err():
		return fmt.Errorf("etcd %s: %w", n.Addr(), err)
	case <-n.Server.StopNotify():
		return n.stopped()
	case <-ctx.Done():
		return nil
	}
}

func (n *Node) stopped() error { return fmt.Errorf("etcd %s has stopped by itself", n.Addr()) }

// Close ends the node as a crash would, without a word to its cluster, and
// removes its temporary data. It may be called again.
func (n *Node) Close() error {
	n.once.Do(func() {
		n.stop()
		n.Server.HardStop()
		n.Etcd.Close()
	})
	return os.RemoveAll(n.temp)
}

// CloseAll closes nodes, all at the same time, for each takes a second.
func CloseAll(nodes []*Node) {
	var closing sync.WaitGroup
	for _, n := range nodes {
		closing.Go(func() { n.Close() })
	}
	closing.Wait()
}

// FreePorts returns HOST:PORTs of this machine on which nobody listens now.
func FreePorts(count int) ([]string, error) {
	addrs := make([]string, count)
	for i := range addrs {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // only then, so that all are different
		addrs[i] = l.Addr().String()
	}
	return addrs, nil
}
