package main

import (
	"errors"
	"flag"
	"net"
	"strings"
	"time"

	"example.com/workshop/stage05-etcd/internal/cli"
	"example.com/workshop/stage05-etcd/internal/registryurl"
	"example.com/workshop/stage05-etcd/internal/tlshint"
	"example.com/workshop/stage05-etcd/registry"
)

func entryFlags(flags *flag.FlagSet) *entry {
	e := &entry{in: registry.Instance{Metadata: map[string]string{}}, left: func() {}}
	flags.StringVar(&e.url, "registry", "http://127.0.0.1:8500", registryurl.URLUsage+";\nempty for none")
	flags.StringVar(&e.opts.User, "user", "", registryurl.UserUsage)
	tlshint.Flags(flags, &e.tls)
	flags.StringVar(&e.in.Service, "service", "Arith", "`NAME` to register under; the method stays Arith.Multiply")
	flags.StringVar(&e.in.ID, "id", "", "`ID` of this instance (default the advertised address)")
	flags.StringVar(&e.in.Version, "version", "", "`VERSION` to register")
	flags.IntVar(&e.in.Weight, "weight", 1, "share of the calls, 0 to 1000; 0 asks for none")
	flags.StringVar(&e.advertise, "advertise", "", "`HOST:PORT` at which callers reach this server (default where it listens)")
	flags.DurationVar(&e.opts.TTL, "ttl", 15*time.Second, "how long to stay listed without a heartbeat, 1s or more")
	flags.DurationVar(&e.opts.Beat, "beat", 0, "time between two heartbeats (default, and at most, a third of the TTL; etcd is always told that often)")
	return e
}

// check returns an error if a flag is wrong, before anything has started.
func (e *entry) check(listen, network string) error {
	if e.url == "" {
		return nil
	}
	if err := cli.CheckAddr("listen", listen); err != nil {
		return err
	}
	host, _, _ := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); e.advertise == "" && (host == "" || ip != nil && ip.IsUnspecified()) {
		return cli.Usagef("-listen %q is every interface: -advertise HOST:PORT must say which address callers use", listen)
	}
	if e.opts.TTL < registry.MinTTL {
		return cli.Usagef("-ttl %v is shorter than %v", e.opts.TTL, registry.MinTTL)
	}
	if e.opts.TTL > registry.MaxTTL {
		return cli.Usagef("-ttl %v is longer than %v", e.opts.TTL, registry.MaxTTL)
	}
	if e.opts.Beat < 0 || e.opts.Beat > e.opts.TTL/3 {
		return cli.Usagef("-beat %v is not between 0 and a third of the ttl of %v", e.opts.Beat, e.opts.TTL)
	}
	sample := e.instance("127.0.0.1:1")
	sample.Network = network
	e.in.Network = network
	if bad, ok := errors.AsType[*registry.FieldError](sample.Validate()); ok {
		flag := strings.Replace(bad.Field, "addr", "advertise", 1)
		return cli.Usagef("-%s: %s", flag, bad.Problem)
	}
	var err error
	if e.opts.TLS, err = e.tls.Client(); err != nil {
		return cli.Usagef("%v", err)
	}
	e.registry, err = registryurl.Open(e.url, e.opts)
	return err
}

// instance returns the instance to register for a server that listens on addr.
func (e *entry) instance(addr string) registry.Instance {
	in := e.in
	in.Addr = addr
	if e.advertise != "" {
		in.Addr = e.advertise
	}
	if in.ID == "" {
		in.ID = in.Addr
	}
	return in
}
