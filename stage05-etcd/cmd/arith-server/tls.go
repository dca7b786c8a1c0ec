package main

import (
	"crypto/tls"
	"net"

	"example.com/workshop/stage05-etcd/internal/cli"
	"example.com/workshop/stage05-etcd/mtls"
)

// listenOn listens on the -listen address, with TLS if it is wanted.
func listenOn(addr string, secure *tls.Config) (net.Listener, error) {
	if secure == nil {
		return cli.Listen("listen", addr)
	}
	l, err := cli.ListenSecure("listen", addr)
	if err != nil {
		return nil, err
	}
	return mtls.NewListener(l, secure, mtls.Options{}), nil
}
