package main

import (
	"crypto/tls"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/mtls"
)

// options says how to connect: with TLS, or, when cfg is nil, without it, so
// that a server which wants TLS is understood.
func options(cfg *tls.Config) client.Options {
	return client.Options{DialContext: mtls.Dialer(cfg, mtls.Options{})}
}
