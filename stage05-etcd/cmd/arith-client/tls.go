package main

import (
	"crypto/tls"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/mtls"
)

// options returns options for connections with TLS or, if cfg is nil, without. The latter
// recognize a server that wants TLS.
func options(cfg *tls.Config) client.Options {
	return client.Options{DialContext: mtls.Dialer(cfg, mtls.Options{})}
}
