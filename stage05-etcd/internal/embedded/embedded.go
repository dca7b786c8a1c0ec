// Package embedded runs etcd inside this process, for tests and for trying things out.
// The one rule: a node without a directory leaves no file behind.
package embedded

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"example.com/workshop/stage05-etcd/mtls"
)

// Options say how a node runs. Zero values mean the defaults, which are etcd's own where
// etcd has one.
type Options struct {
	Name       string // default n1
	Listen     string // HOST:PORT for clients; default 127.0.0.1 and a free port
	ListenPeer string // HOST:PORT for the other nodes; default 127.0.0.1 and a free port
	Cluster    string // n1=http://HOST:PORT,n2=… for all nodes, https with TLS; default this one alone
	Dir        string // for data; default a temporary one, which Close removes
	Join       bool   // the cluster runs already, and knows this node as a new member

	// TLS makes clients, and the nodes among themselves, speak TLS with a certificate of
	// the CA. A node's certificate is for its own host of Cluster.
	TLS mtls.Files

	Tick     time.Duration // between two heartbeats of the leader; default 100 ms
	Election time.Duration // of silence before another is elected; default 1 s
	NoSync   bool          // do not wait for the disk, and hash passwords cheaply: fast, and not safe
	Compact  time.Duration // how long the history of a key is kept; default keepHistory

	Logger *zap.Logger // default none
}

// Quick returns the options of a node for tests: a leader is elected soon, also after the
// loss of one.
func Quick() Options {
	return Options{Tick: 10 * time.Millisecond, Election: 100 * time.Millisecond, NoSync: true}
}

// Node is one running etcd.
type Node struct {
	*embed.Etcd
	opts Options // with the addresses at which it listens
	temp string
	free func()          // releases the directory
	life context.Context // of clients' calls and streams; ends with Close
	stop func()
	once sync.Once // for Close

	calls sync.RWMutex // held for reading while a client's call is handled
}

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

// onFreePorts calls start, which listens on ports that were free a moment ago, and again
// for other ports if another process has taken one, unless opts choose the port.
func onFreePorts[T any](opts Options, start func() (T, error)) (started T, err error) {
	_, port, _ := net.SplitHostPort(opts.Listen)
	for range 5 {
		started, err = start()
		if cmp.Or(port, "0") != "0" || !PortTaken(err) {
			break
		}
	}
	return started, err
}

// start starts a node without waiting for its cluster.
func start(opts Options) (*Node, error) {
	n := &Node{opts: opts}
	n.life, n.stop = context.WithCancel(context.Background())
	config := embed.NewConfig()
	config.Name, config.Dir = cmp.Or(opts.Name, "n1"), opts.Dir
	if config.Dir == "" {
		dir, err := os.MkdirTemp("", "etcd-")
		if err != nil {
			return nil, err
		}
		n.temp, config.Dir = dir, filepath.Join(dir, "data")
	}
	config.ZapLoggerBuilder = embed.NewZapLoggerBuilder(giveUp(cmp.Or(opts.Logger, zap.NewNop())))
	config.GRPCAdditionalServerOptions = []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(n.endCall), grpc.ChainStreamInterceptor(n.endStream),
	}
	compact(config, cmp.Or(opts.Compact, keepHistory))
	if opts.Join {
		config.ClusterState = embed.ClusterStateFlagExisting
	}
	config.UnsafeNoFsync = opts.NoSync
	if opts.NoSync {
		config.BcryptCost = 4 // the least there is
	}
	if opts.Tick > 0 {
		config.TickMs = uint(opts.Tick.Milliseconds())
	}
	if opts.Election > 0 {
		config.ElectionMs = uint(opts.Election.Milliseconds())
	}
	var err error
	n.free, err = hold(config.Dir)
	if err == nil {
		err = n.listen(config)
	}
	if err == nil {
		err = secure(config, opts.TLS)
	}
	if err == nil {
		closeToPages(config)
		n.Etcd, err = failed(func() (*embed.Etcd, error) { return embed.StartEtcd(config) })
	}
	if err != nil {
		n.free()
		os.RemoveAll(n.temp)
		return nil, fmt.Errorf("etcd %s: %w", config.Name, err)
	}
	return n, nil
}

// listen sets the addresses. A node tells the others its address before it listens, so
// free ports are chosen here already.
func (n *Node) listen(config *embed.Config) error {
	free, err := FreePorts(2)
	if err != nil {
		return err
	}
	for i, addr := range []*string{&n.opts.Listen, &n.opts.ListenPeer} {
		host, port, err := net.SplitHostPort(cmp.Or(*addr, "127.0.0.1:0"))
		if err != nil {
			return err
		}
		if port == "0" {
			_, port, _ = net.SplitHostPort(free[i])
		}
		*addr = net.JoinHostPort(host, port)
	}
	scheme := Scheme(n.opts.TLS)
	config.ListenClientUrls = []url.URL{{Scheme: scheme, Host: n.opts.Listen}}
	config.ListenPeerUrls = []url.URL{{Scheme: scheme, Host: n.opts.ListenPeer}}
	config.AdvertiseClientUrls, config.AdvertisePeerUrls = config.ListenClientUrls, config.ListenPeerUrls
	config.InitialCluster = cmp.Or(n.opts.Cluster, config.Name+"="+scheme+"://"+n.opts.ListenPeer)
	return advertise(config)
}
