// Package etcd keeps the list of instances in etcd, behind the same interfaces
// as the registry of our own. The one rule: every entry hangs on a lease, and
// the only proof that a lease, a list or a watch still lives is an answer of
// etcd that is younger than a deadline.
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
