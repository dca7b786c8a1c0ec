// Package embedded runs etcd inside this process, for tests and for trying
// things out. The one rule: what is not told a directory leaves no file behind.
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

// Options say how a node runs. Zero values mean the defaults, which are etcd's
// own where it has some.
type Options struct {
	Name       string // default n1
	Listen     string // HOST:PORT for clients; default 127.0.0.1 and a free port
	ListenPeer string // HOST:PORT for the other nodes; default 127.0.0.1 and a free port
	Cluster    string // n1=http://HOST:PORT,n2=… for all nodes; default this one alone
	Dir        string // for data; default a temporary one, which Close removes

	// TLS makes clients speak TLS and show a certificate of the CA. The nodes
	// speak in the clear among themselves, and so belong on one machine.
	TLS mtls.Files

	Tick     time.Duration // between two beats of the leader; default 100 ms
	Election time.Duration // of silence before another is elected; default 1 s
	NoSync   bool          // do not wait for the disk, nor hash passwords well: quick, and not safe

	Logger *zap.Logger // default none
}

// Quick returns the options of a node for tests: it soon has a leader, and after
// the loss of one soon again.
func Quick() Options {
	return Options{Tick: 10 * time.Millisecond, Election: 100 * time.Millisecond, NoSync: true}
}

// startTime bounds the start of a node, until it is part of its cluster.
const startTime = time.Minute

// Node is one running etcd.
type Node struct {
	*embed.Etcd
	temp string
	life context.Context // of the streams of clients; ends with Close
	stop func()
	once sync.Once // for Close
}

// Addr returns the HOST:PORT for clients.
func (n *Node) Addr() string { return n.Clients[0].Addr().String() }

// start starts a node without waiting for its cluster.
func start(opts Options) (*Node, error) {
	n := new(Node)
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
	config.ZapLoggerBuilder = embed.NewZapLoggerBuilder(cmp.Or(opts.Logger, zap.NewNop()))
	config.GRPCAdditionalServerOptions = []grpc.ServerOption{grpc.ChainStreamInterceptor(n.endStreams)}
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
	err := secure(config, opts.TLS)
	if err == nil {
		err = listen(config, opts)
	}
	if err == nil {
		n.Etcd, err = embed.StartEtcd(config)
	}
	if err != nil {
		os.RemoveAll(n.temp)
		return nil, fmt.Errorf("etcd %s: %w", config.Name, err)
	}
	return n, nil
}

// listen sets the addresses. What others are told of a node is fixed before it
// listens, so a free port is chosen before too.
func listen(config *embed.Config, opts Options) error {
	addrs := []string{cmp.Or(opts.Listen, "127.0.0.1:0"), cmp.Or(opts.ListenPeer, "127.0.0.1:0")}
	free, err := FreePorts(len(addrs))
	if err != nil {
		return err
	}
	for i, addr := range addrs {
		host, port, err := net.SplitHostPort(addr)
		if err != nil {
			return err
		}
		if port == "0" {
			_, port, _ = net.SplitHostPort(free[i])
		}
		addrs[i] = net.JoinHostPort(host, port)
	}
	scheme := "http"
	if config.ClientTLSInfo.ClientCertAuth {
		scheme = "https"
	}
	config.ListenClientUrls = []url.URL{{Scheme: scheme, Host: addrs[0]}}
	config.ListenPeerUrls = []url.URL{{Scheme: "http", Host: addrs[1]}}
	config.AdvertiseClientUrls, config.AdvertisePeerUrls = config.ListenClientUrls, config.ListenPeerUrls
	config.InitialCluster = cmp.Or(opts.Cluster, config.Name+"=http://"+addrs[1])
	return nil
}
