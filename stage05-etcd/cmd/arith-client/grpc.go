package main

import (
	"crypto/tls"

	"example.com/workshop/stage05-etcd/grpcarith"
	"example.com/workshop/stage05-etcd/internal/registryurl"
)

// grpcCaller calls over gRPC. Its registry is closed after it.
type grpcCaller struct {
	*grpcarith.Client
	closeRegistry func()
}

func (c grpcCaller) Close() error {
	err := c.Client.Close()
	c.closeRegistry()
	return err
}

// openGRPC returns what to call over gRPC: -addr, or the service in r.
func (t *target) openGRPC(r registryurl.Registry, cfg *tls.Config) (caller, error) {
	opts := grpcarith.ClientOptions{TLS: cfg}
	if r == nil {
		return grpcarith.Dial(t.addr, opts)
	}
	scheme := "registry"
	if registryurl.IsEtcd(t.registry) {
		scheme = "etcd"
	}
	c, err := grpcarith.New(scheme, r, t.service, opts)
	if err != nil {
		r.Close()
		return nil, err
	}
	return grpcCaller{c, r.Close}, nil
}
