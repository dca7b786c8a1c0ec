package main

import (
	"errors"
	"flag"
	"net"
	"strings"

	"example.com/workshop/stage02-registry/internal/cli"
	"example.com/workshop/stage02-registry/registry"
)

func entryFlags(flags *flag.FlagSet) *entry {
	e := &entry{in: registry.Instance{Metadata: map[string]string{}}}
	flags.StringVar(&e.url, "registry", "http://127.0.0.1:8500", "`URL` of the registry; empty for none")
	flags.StringVar(&e.in.Service, "service", "Arith", "`NAME` to register under; the method stays Arith.Multiply")
	flags.StringVar(&e.in.ID, "id", "", "`ID` of this instance (default the advertised address)")
	flags.StringVar(&e.in.Version, "version", "", "`VERSION` to register")
	flags.IntVar(&e.in.Weight, "weight", 1, "share of the calls, 0 to 1000; 0 asks for none")
	flags.StringVar(&e.advertise, "advertise", "", "`HOST:PORT` at which callers reach this server (default where it listens)")
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
	sample := e.instance("127.0.0.1:1")
	sample.Network = network
	e.in.Network = network
	if bad, ok := errors.AsType[*registry.FieldError](sample.Validate()); ok {
		flag := strings.Replace(bad.Field, "addr", "advertise", 1)
		return cli.Usagef("-%s: %s", flag, bad.Problem)
	}
	client, err := registry.NewClient(e.url, e.opts)
	if err != nil {
		return cli.Usagef("%v", err)
	}
	e.client = client
	return nil
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
