// Package etcd keeps the list of instances in etcd, behind the interfaces of our own
// registry. The one rule: every entry is attached to a lease, and only a response of etcd
// that is younger than a deadline proves that a lease, a list or a watch is still alive.
package etcd

import (
	"context"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Registry is a registry.Registrar and a registry.Discovery on etcd. Its
// methods may be called from any goroutine.
type Registry struct {
	opts   Options
	name   string // the endpoints, for errors
	client func(context.Context) (*clientv3.Client, error)
	close  func()
	conns  *conns // the connections of the client; nil if they are not ours
}

// New returns a registry that uses client. The caller closes client. Prefer Dial: it also
// closes a connection on which etcd has gone silent, for which gRPC alone takes ten
// seconds or more.
func New(client *clientv3.Client, opts Options) *Registry {
	return &Registry{
		opts: opts.withDefaults(), name: strings.Join(client.Endpoints(), ","),
		client: func(context.Context) (*clientv3.Client, error) { return client, nil },
		close:  func() {},
	}
}

// Close closes the connections that Dial opened, and no other is opened afterwards.
// Registrations and watches end with their own contexts; end them first.
func (r *Registry) Close() { r.close() }

// do makes one request within Options.Timeout. Its errors are those of named. If no
// response comes in that time, it closes the connections that have been silent since it
// began, so that the next request takes another way.
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
