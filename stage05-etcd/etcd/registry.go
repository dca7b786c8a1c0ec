// Package etcd keeps the list of instances in etcd, behind the same interfaces
// as the registry of our own. The one rule: every entry hangs on a lease, and
// the only proof that a lease, a list or a watch still lives is an answer of
// etcd that is younger than a deadline.
package etcd

import (
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
)

// Options change how a Registry works. Zero values mean the defaults.
type Options struct {
	Prefix  string        // of all keys, from slash to slash; default /services/
	TTL     time.Duration // of a lease, rounded up to seconds; default 15 s, at least 1 s; etcd may grant longer
	Timeout time.Duration // of a request, retries included; default 2 s, at most a third of the TTL
	Check   time.Duration // between two looks at whether a watch or a registration is still true; default and at most a third of the TTL
	Logger  *slog.Logger  // for what happens in the background; default slog.Default()

	// What follows concerns Dial alone.

	TLS                *tls.Config // as mtls.Files.Client makes it; nil speaks in the clear
	Username, Password string      // empty for an etcd without users; without TLS the password crosses the network in the clear
}

func (o Options) withDefaults() Options {
	if o.Prefix == "" {
		o.Prefix = "/services/"
	}
	if o.TTL == 0 {
		o.TTL = 15 * time.Second
	}
	o.TTL = max(o.TTL+time.Second-1, time.Second).Truncate(time.Second)
	if o.Timeout == 0 {
		o.Timeout = 2 * time.Second
	}
	o.Timeout = min(o.Timeout, o.TTL/3)
	if o.Check == 0 {
		o.Check = o.TTL
	}
	o.Check = min(o.Check, o.TTL/3)
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}

// Registry is a registry.Registrar and a registry.Discovery on etcd. Its
// methods may be called from any goroutine.
type Registry struct {
	opts  Options
	name  string                           // its endpoints, for errors
	lines *lines                           // its connections; nil if somebody else opens them
	open  func() (*clientv3.Client, error) // nil if client is given

	turn   chan struct{} // held by whoever opens, and guards the field below
	client *clientv3.Client
}

// New returns a registry that works through client, which stays the caller's
// to close. Dial is the better start: it also gives up a connection on which
// etcd falls silent, for which gRPC alone takes ten seconds and more.
func New(client *clientv3.Client, opts Options) *Registry {
	return &Registry{
		opts: opts.withDefaults(), name: strings.Join(client.Endpoints(), ","),
		turn: make(chan struct{}, 1), client: client,
	}
}

// Close closes the connections that Dial opened, and none is opened after it.
// Registrations and watches end with their own contexts, and before this.
func (r *Registry) Close() {
	r.turn <- struct{}{}
	defer func() { <-r.turn }()
	if r.open == nil {
		return
	}
	if r.client != nil {
		r.client.Close()
	}
	r.open = func() (*clientv3.Client, error) { return nil, net.ErrClosed }
}

// connected returns the client, and makes it if that has not worked yet: with
// a password, that takes an etcd which answers.
func (r *Registry) connected(ctx context.Context) (*clientv3.Client, error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if r.client == nil {
		client, err := r.open()
		if err != nil {
			return nil, err
		}
		r.client = client
	}
	return r.client, nil
}

// ask makes one request with a deadline of its own. Its errors name etcd. A
// connection that was silent all that time is given up.
func (r *Registry) ask(ctx context.Context, request func(context.Context, *clientv3.Client) error) error {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, r.opts.Timeout)
	defer cancel()
	client, err := r.connected(ctx)
	if err == nil {
		err = request(ctx, client)
	}
	if err == nil {
		return nil
	}
	if time.Since(began) >= r.opts.Timeout {
		r.lines.drop(began)
	}
	return r.named(err)
}

// named says which etcd an error is about. If there is no connection, then not
// that a deadline has passed is worth a word, but why there is none. What etcd
// itself answered stands.
func (r *Registry) named(err error) error {
	_, answered := errors.AsType[rpctypes.EtcdError](err)
	if why := r.lines.broken(); why != nil && !answered && !errors.Is(err, net.ErrClosed) {
		err = why
	}
	return fmt.Errorf("etcd %s: %w", r.name, err)
}
