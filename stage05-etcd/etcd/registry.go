// Package etcd keeps the list of instances in etcd, behind the same interfaces
// as the registry of our own. The one rule: every entry hangs on a lease, and
// the only proof that a lease, a list or a watch still lives is an answer of
// etcd that is younger than a deadline.
package etcd

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/internal/loglimit"
	"example.com/workshop/stage05-etcd/registry"
)

// Options change how a Registry works. Zero values mean the defaults.
type Options struct {
	// Prefix is what all keys begin with, from slash to slash; default /services/.
	Prefix string
	// TTL is the lease that is asked for, rounded up to whole seconds; default
	// 15 s, at least 1 s, at most registry.MaxTTL. etcd may grant a longer one.
	TTL time.Duration
	// Timeout bounds a request and its retries; default 2 s, at most a third of
	// the TTL.
	Timeout time.Duration
	// Verify is the time between two looks at whether a watch or a registration
	// is still true; default, and at most, a third of the TTL.
	Verify time.Duration
	// Logger hears of what happens in the background; default slog.Default().
	Logger *slog.Logger

	// TLS is for Dial, as mtls.Files.Client makes it; nil speaks in the clear.
	TLS *tls.Config
	// Username and Password are for Dial; empty for an etcd without users. Without
	// TLS the password crosses the network in the clear.
	Username, Password string
}

func (o Options) withDefaults() Options {
	if o.Prefix == "" {
		o.Prefix = "/services/"
	}
	if o.TTL == 0 {
		o.TTL = 15 * time.Second
	}
	o.TTL = (min(max(o.TTL, time.Second), registry.MaxTTL) + time.Second - 1).Truncate(time.Second)
	if o.Timeout == 0 {
		o.Timeout = 2 * time.Second
	}
	o.Timeout = min(o.Timeout, o.TTL/3)
	if o.Verify == 0 {
		o.Verify = o.TTL
	}
	o.Verify = min(o.Verify, o.TTL/3)
	o.Logger = loglimit.New(cmp.Or(o.Logger, slog.Default()))
	return o
}

// Registry is a registry.Registrar and a registry.Discovery on etcd. Its
// methods may be called from any goroutine.
type Registry struct {
	opts   Options
	name   string // the endpoints, for errors
	client func(context.Context) (*clientv3.Client, error)
	close  func()
	conns  *conns // the connections of the client; nil if they are not ours
}

// New returns a registry that works through client, which stays the caller's
// to close. Dial is the better start: it also gives up a connection on which
// etcd falls silent, for which gRPC alone takes ten seconds and more.
func New(client *clientv3.Client, opts Options) *Registry {
	return &Registry{
		opts: opts.withDefaults(), name: strings.Join(client.Endpoints(), ","),
		client: func(context.Context) (*clientv3.Client, error) { return client, nil },
		close:  func() {},
	}
}

// Close closes the connections that Dial opened, and none is opened after it.
// Registrations and watches end with their own contexts, and before this.
func (r *Registry) Close() { r.close() }

// do makes one request, which gets Options.Timeout. Its errors are those of
// named. If there is no answer in all that time, the connections that have been
// silent since do began are closed, so that the next request takes another way.
func (r *Registry) do(ctx context.Context, request func(context.Context, *clientv3.Client) error) error {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, r.opts.Timeout)
	defer cancel()
	client, err := r.client(ctx)
	if err == nil {
		err = request(ctx, client)
	}
	if err != nil && time.Since(began) >= r.opts.Timeout {
		r.conns.closeSilent(began)
	}
	return r.named(err)
}

// named wraps err with etcd's address; nil stays nil. Without a connection it
// reports the last dial error, which says more than context.DeadlineExceeded.
// An error that etcd itself answered is kept.
func (r *Registry) named(err error) error {
	if err == nil {
		return nil
	}
	_, answered := errors.AsType[rpctypes.EtcdError](err)
	if dial := r.conns.dialError(); dial != nil && !answered && !errors.Is(err, net.ErrClosed) {
		err = dial
	}
	return fmt.Errorf("etcd %s: %w", r.name, explained(err))
}
