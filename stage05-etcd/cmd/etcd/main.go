// Command etcd runs an etcd for the workshop: one node, or a cluster of three processes,
// of which one can be killed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.com/workshop/stage05-etcd/internal/cli"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/tlshint"
	"example.com/workshop/stage05-etcd/mtls"
)

const usage = `etcd runs one node of etcd, or several.

  etcd                                one node, its data gone when it stops
  etcd -nodes 3                       three processes at 127.0.0.1:2379, :2380 and :2381
  etcd -name n2 -listen 127.0.0.1:2389 -listen-peer 127.0.0.1:2390 -data n2 \
       -cluster n1=http://127.0.0.1:2380,n2=http://127.0.0.1:2390,n3=http://127.0.0.1:2400
  etcd -tls-cert certs/server.pem -tls-key certs/server-key.pem -tls-ca certs/ca.pem

With TLS clients must show a certificate of the CA, and nodes one for their host;
-cluster then has https:// for each.`

func main() { cli.Main("etcd", tlshint.Run(run)) }

// config holds the values of the flags.
type config struct {
	embedded.Options
	nodes     int      // how many to start; 1 runs in this process
	shared    []string // the flags that all nodes are given
	child     bool     // whether a process with -nodes has started this one
	temporary bool     // whether to remove the data at the end, although its directory is given
}

func run(ctx context.Context, args []string) error {
	var c config
	flags := cli.Flags("etcd")
	flags.StringVar(&c.Listen, "listen", "127.0.0.1:2379", "`HOST:PORT` for clients; with -nodes the first of as many ports")
	flags.StringVar(&c.Dir, "data", "", "`DIR` for data (default a temporary one)")
	flags.StringVar(&c.Name, "name", "n1", "`NAME` of the node in its cluster")
	flags.StringVar(&c.ListenPeer, "listen-peer", "127.0.0.1:0", "`HOST:PORT` for the other nodes")
	flags.StringVar(&c.Cluster, "cluster", "", "all nodes, as `n1=http://HOST:PORT,n2=…` (default this one alone)")
	flags.IntVar(&c.nodes, "nodes", 1, "start that many processes, on this machine, as one cluster")
	flags.DurationVar(&c.Tick, "heartbeat-interval", 100*time.Millisecond, "between two heartbeats of the leader")
	flags.DurationVar(&c.Election, "election-timeout", time.Second, "of the leader's silence before another is elected; 5 heartbeats or more")
	tlshint.Flags(flags, &c.TLS)
	flags.BoolVar(&c.child, "child", false, "stop when standard input ends; set by -nodes")
	flags.BoolVar(&c.Join, "join", false, "come to a cluster that runs, as a new member of it; set by -nodes")
	flags.BoolVar(&c.temporary, "temporary", false, "remove -data in the end; set by -nodes")
	if err := cli.Parse(flags, usage, args, 0); err != nil {
		return err
	}
	flags.Visit(func(f *flag.Flag) {
		if strings.HasPrefix(f.Name, "tls-") || f.Name == "heartbeat-interval" || f.Name == "election-timeout" {
			c.shared = append(c.shared, "-"+f.Name, f.Value.String())
		}
	})
	if err := c.check(); err != nil {
		return err
	}
	if c.nodes > 1 {
		return c.startAll(ctx)
	}
	return c.runOne(ctx)
}

// runOne runs one node until ctx ends.
func (c config) runOne(ctx context.Context) error {
	if c.child {
		var stop func()
		ctx, stop = context.WithCancel(ctx)
		go func() {
			io.Copy(io.Discard, os.Stdin) // until the parent closes it, or dies
			stop()
		}()
	}
	if c.temporary {
		defer os.Remove(filepath.Dir(c.Dir)) // it holds the other nodes' data too, so the last node succeeds
		defer os.RemoveAll(c.Dir)
	}
	n, err := embedded.Start(ctx, c.Options)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil
	case embedded.PortTaken(err) && c.child:
		_, err = fmt.Printf("%s%v (-listen HOST:PORT chooses others)\n", taken, err)
		return err
	case embedded.PortTaken(err):
		return fmt.Errorf("%w (-listen HOST:PORT and -listen-peer HOST:PORT choose others)", err)
	case errors.Is(err, embedded.ErrInUse):
		return fmt.Errorf("%w (-data DIR chooses another)", err)
	case err != nil:
		return err
	}
	defer n.Close()
	if _, err := fmt.Printf("listening %s\n", n.Addr()); err != nil {
		return err
	}
	slog.Info("listening", "addr", n.Addr(), "pid", os.Getpid())
	if c.TLS == (mtls.Files{}) {
		cli.WarnOpen(n.Addr())
		cli.WarnOpen(c.ListenPeer)
	}
	return n.Wait(ctx)
}
