package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"example.com/workshop/stage05-etcd/internal/cli"
	"example.com/workshop/stage05-etcd/internal/embedded"
)

// startAll runs a cluster until ctx ends or the last node has ended. If another program
// takes a port before its node listens, the cluster starts again on other ports, five
// times at most. With -data it does not, since the ports are recorded beside the data.
func (c config) startAll(ctx context.Context) error {
	tries := 5
	if c.Dir != "" {
		tries = 1
	}
	return onFreePorts(tries, func() error { return c.tryAll(ctx) })
}

// tryAll is startAll with one choice of ports.
func (c config) tryAll(ctx context.Context) error {
	root, temporary := c.Dir, c.Dir == ""
	if temporary {
		var err error
		if root, err = os.MkdirTemp("", "etcd-nodes-"); err != nil {
			return err
		}
		defer os.RemoveAll(root)
	}
	commands, err := c.commands(root, temporary)
	if err != nil {
		return err
	}
	lost, err := lostData(root, c.nodes)
	if err != nil {
		return err
	}
	var nodes []*process
	defer func() { stopAll(nodes) }()
	for i, args := range commands {
		if lost[nodeName(i)] {
			continue
		}
		p, err := start(nodeName(i), args)
		if err != nil {
			return err
		}
		nodes = append(nodes, p)
	}
	if err := ready(ctx, nodes); err != nil || ctx.Err() != nil {
		return err
	}
	for i, args := range commands {
		if lost[nodeName(i)] {
			nodes = append(nodes, c.comeBack(ctx, nodes, nodeName(i), args)...)
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	if err := announce(nodes); err != nil {
		return err
	}
	return watch(ctx, nodes)
}

func nodeName(i int) string { return fmt.Sprintf("n%d", i+1) }

// commands returns the arguments for each node.
func (c config) commands(root string, temporary bool) ([][]string, error) {
	host, text, _ := net.SplitHostPort(c.Listen)
	port, err := strconv.Atoi(text)
	if err != nil || port+c.nodes > 1<<16 {
		return nil, cli.Usagef("-listen %q is not HOST:PORT with %d ports from there on", c.Listen, c.nodes)
	}
	peers, err := embedded.FreePorts(c.nodes)
	if err == nil && !temporary {
		peers, err = remembered(root, embedded.Scheme(c.TLS), peers)
	}
	if err != nil {
		return nil, err
	}
	commands := make([][]string, c.nodes)
	for i, peer := range peers {
		name, listen := nodeName(i), c.Listen
		if port != 0 {
			listen = net.JoinHostPort(host, strconv.Itoa(port+i))
		}
		commands[i] = append([]string{
			"-child", "-name", name, "-listen", listen, "-listen-peer", peer,
			"-cluster", embedded.Cluster(embedded.Scheme(c.TLS), peers), "-data", filepath.Join(root, name), fmt.Sprintf("-temporary=%t", temporary),
		}, c.shared...)
	}
	return commands, nil
}

// ready waits until all nodes are ready or one, which others may wait for, has ended.
func ready(ctx context.Context, nodes []*process) error {
	all, ctx := errgroup.WithContext(ctx)
	for _, p := range nodes {
		all.Go(func() error { return p.ready(ctx) })
	}
	return all.Wait()
}

// announce prints where the nodes listen, in the order of their names.
func announce(nodes []*process) error {
	var addrs, text []string
	for _, p := range slices.SortedFunc(slices.Values(nodes), func(a, b *process) int { return strings.Compare(a.name, b.name) }) {
		addrs = append(addrs, p.listens)
		text = append(text, fmt.Sprintf("node %s pid %d %s\n", p.name, p.cmd.Process.Pid, p.listens))
	}
	_, err := fmt.Printf("listening %s\n%s", strings.Join(addrs, ","), strings.Join(text, ""))
	return err
}

// watch waits for the nodes to end. The others go on without a node that ends by itself.
func watch(ctx context.Context, nodes []*process) error {
	ended := make(chan *process, len(nodes))
	for _, p := range nodes {
		go func() {
			<-p.ended
			ended <- p
		}()
	}
	for range nodes {
		select {
		case p := <-ended:
			if ctx.Err() == nil {
				slog.Warn("a node has ended", "name", p.name, "pid", p.cmd.Process.Pid, "err", p.err)
			}
		case <-ctx.Done():
			return nil
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("all %d nodes have ended", len(nodes))
}
