package etcd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
)

// Scheme is what the URLs for Dial begin with.
const Scheme = "etcd://"

// How long it may take at most to set up a connection, and the longest pause
// between two attempts. Both are short, so that etcd is found soon after it is
// back.
const (
	connectTime  = time.Second
	connectPause = 500 * time.Millisecond
)

// Dial returns a registry on the etcd at rawURL, such as
// etcd://h1:2379,h2:2379,h3:2379. An etcd that is away is no error, for it may
// come yet; one that refuses the password is. The caller closes the registry.
func Dial(rawURL string, opts Options) (*Registry, error) {
	endpoints, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	opts = opts.withDefaults()
	r := &Registry{opts: opts, name: strings.Join(endpoints, ","), lines: newLines(opts.TLS), turn: make(chan struct{}, 1)}
	r.open = func() (*clientv3.Client, error) { return r.logIn(endpoints) }
	if _, err := r.connected(context.Background()); err != nil && (opts.Username == "" || errors.Is(err, rpctypes.ErrAuthFailed)) {
		return nil, r.named(err)
	}
	return r, nil
}

// logIn makes a client. That says nothing of an etcd which has no users, and so
// lets everybody do everything; it is no error, for they may come yet.
func (r *Registry) logIn(endpoints []string) (*clientv3.Client, error) {
	client, err := clientv3.New(r.config(endpoints))
	if err != nil || r.opts.Username == "" {
		return client, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), r.opts.Timeout)
	defer cancel()
	if auth, err := client.AuthStatus(ctx); err == nil && !auth.Enabled {
		r.opts.Logger.Warn("etcd has no users: it asks nobody for a password", "etcd", r.name, "user", r.opts.Username)
	}
	return client, nil
}

func (r *Registry) config(endpoints []string) clientv3.Config {
	return clientv3.Config{
		Endpoints: endpoints, Username: r.opts.Username, Password: r.opts.Password, // TLS is the lines' business
		DialTimeout:          r.opts.Timeout,   // of a log-in
		DialKeepAliveTime:    10 * time.Second, // the least that gRPC allows
		DialKeepAliveTimeout: r.opts.Timeout,
		Logger:               zap.NewNop(), // what matters comes back as an error
		DialOptions: []grpc.DialOption{
			grpc.WithContextDialer(r.lines.dial),
			grpc.WithConnectParams(grpc.ConnectParams{
				Backoff:           backoff.Config{BaseDelay: 50 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: connectPause},
				MinConnectTimeout: min(connectTime, r.opts.Timeout/2),
			}),
		},
	}
}

// parse returns the host:port of every endpoint. It is not url.Parse, which
// knows of one host.
func parse(rawURL string) ([]string, error) {
	list, ok := strings.CutPrefix(rawURL, Scheme)
	if !ok {
		return nil, fmt.Errorf("registry %q: want %sHOST:PORT,HOST:PORT", rawURL, Scheme)
	}
	endpoints := strings.Split(strings.TrimSuffix(list, "/"), ",")
	for _, endpoint := range endpoints {
		host, port, err := net.SplitHostPort(endpoint)
		if err == nil {
			_, err = strconv.ParseUint(port, 10, 16)
		}
		if err != nil || host == "" || strings.ContainsFunc(endpoint, foreign) {
			return nil, fmt.Errorf("registry %q: %q is not HOST:PORT", rawURL, endpoint)
		}
	}
	return endpoints, nil
}

// foreign reports what belongs to another kind of URL, or breaks a log's line.
func foreign(c rune) bool { return strings.ContainsRune("/@?# ", c) || !unicode.IsPrint(c) }
