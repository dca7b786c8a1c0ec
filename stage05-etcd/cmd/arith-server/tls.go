package main

import (
	"crypto/tls"
	"net"

	"example.com/workshop/stage05-etcd/internal/cli"
	"example.com/workshop/stage05-etcd/mtls"
)

// listen is cli.Listen, with TLS if cfg asks for it.
func listen(addr string, cfg *tls.Config) (net.Listener, error) {
	l, err := cli.Listen("listen", addr)
	if err != nil || cfg == nil {
		return l, err
	}
	return mtls.NewListener(l, cfg, mtls.Options{}), nil
}
