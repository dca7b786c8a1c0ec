package etcd

import (
	"cmp"
	"crypto/tls"
	"log/slog"
	"strings"
	"time"

	"example.com/workshop/stage05-etcd/internal/loglimit"
	"example.com/workshop/stage05-etcd/registry"
)

// Options change how a Registry works. Zero values, and numbers below zero, mean the defaults.
type Options struct {
	// Prefix is what all keys begin with; default /services/. A slash that is missing at
	// its ends is added.
	Prefix string
	// TTL is the lease that is requested, rounded up to whole seconds; default 15 s, at
	// least 1 s, at most registry.MaxTTL. etcd may grant a longer one.
	TTL time.Duration
	// Timeout bounds a request and its retries; default 2 s, at most a third of
	// the TTL.
	Timeout time.Duration
	// Verify is the time between two verifications of a watch or a registration; default,
	// and at most, a third of the TTL.
	Verify time.Duration
	// MaxInstances bounds the entries of a service. While there are more, its list stays
	// as it was and is stale; default registry.MaxServiceInstances.
	MaxInstances int
	// Logger hears of what happens in the background; default slog.Default().
	Logger *slog.Logger

	// TLS is for Dial, from mtls.Files.Client; nil means no TLS.
	TLS *tls.Config
	// Username and Password are for Dial; empty for an etcd without users. Without
	// TLS the password crosses the network in the clear.
	Username, Password string
}

func (o Options) withDefaults() Options {
	if o.Prefix = strings.Trim(o.Prefix, "/"); o.Prefix == "" {
		o.Prefix = "services"
	}
	o.Prefix = "/" + o.Prefix + "/"
	if o.TTL <= 0 {
		o.TTL = 15 * time.Second
	}
	o.TTL = (min(max(o.TTL, time.Second), registry.MaxTTL) + time.Second - 1).Truncate(time.Second)
	if o.Timeout <= 0 {
		o.Timeout = 2 * time.Second
	}
	o.Timeout = min(o.Timeout, o.TTL/3)
	if o.Verify <= 0 {
		o.Verify = o.TTL
	}
	o.Verify = min(o.Verify, o.TTL/3)
	o.MaxInstances = cmp.Or(max(o.MaxInstances, 0), registry.MaxServiceInstances)
	o.Logger = loglimit.New(cmp.Or(o.Logger, slog.Default()))
	return o
}
