package embedded

import (
	"crypto/tls"

	"go.etcd.io/etcd/client/pkg/v3/transport"
	"go.etcd.io/etcd/server/v3/embed"

	"example.com/workshop/stage05-etcd/mtls"
)

// secure makes clients speak TLS, if files are given. The gateway, for HTTP with
// JSON, would be a client of the node itself and has no certificate for that.
func secure(config *embed.Config, files mtls.Files) error {
	if files == (mtls.Files{}) {
		return nil
	}
	config.ClientTLSInfo = transport.TLSInfo{
		CertFile: files.Cert, KeyFile: files.Key, TrustedCAFile: files.CA,
		ClientCertAuth: true, MinVersion: tls.VersionTLS13,
	}
	config.EnableGRPCGateway = false
	_, err := files.Server() // says better than etcd which file is missing or bad
	return err
}
