package etcd

import (
	"context"
	"errors"
	"strings"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
)

// Scheme is the beginning of the URLs for Dial.
const Scheme = "etcd://"

// Dial returns a registry on the etcd at rawURL, such as etcd://h1:2379,h2:2379,h3:2379.
// It returns no error if etcd cannot be reached, which may change, but one if etcd
// refuses the password. The caller closes the registry.
func Dial(rawURL string, opts Options) (*Registry, error) {
	endpoints, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	opts = opts.withDefaults()
	r := &Registry{opts: opts, name: strings.Join(endpoints, ","), conns: newConns(opts.TLS)}
	s := newSession(endpoints, opts, r.conns)
	r.client, r.close = s.client, s.close
	if _, err := s.client(context.Background()); err != nil && (opts.Username == "" || errors.Is(err, rpctypes.ErrAuthFailed)) {
		return nil, r.named(err)
	}
	return r, nil
}
