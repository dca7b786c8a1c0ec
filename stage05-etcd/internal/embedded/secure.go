package embedded

import (
	"fmt"

	"go.etcd.io/etcd/client/pkg/v3/tlsutil"
	"go.etcd.io/etcd/client/pkg/v3/transport"
	"go.etcd.io/etcd/client/pkg/v3/types"
	"go.etcd.io/etcd/server/v3/embed"

	"example.com/workshop/stage05-etcd/mtls"
)

// Scheme returns the scheme of the URLs of nodes with these files.
func Scheme(files mtls.Files) string {
	if files == (mtls.Files{}) {
		return "http"
	}
	return "https"
}

// secure makes clients and the other nodes speak TLS, if files are given, once the
// cluster is known. A node may write anything, so a certificate of the CA is not enough
// for one: it must be for one of the cluster's hosts, and clients' certificates are not.
// The gateway for HTTP with JSON is off: it would be a client of the node, without a
// certificate for that.
func secure(config *embed.Config, files mtls.Files) error {
	members, err := types.NewURLsMap(config.InitialCluster)
	if err != nil {
		return err
	}
	var hosts []string
	for _, urls := range members {
		for _, u := range urls {
			if u.Scheme != Scheme(files) {
				return fmt.Errorf("cluster %s: want %s:// for all nodes", config.InitialCluster, Scheme(files))
			}
			hosts = append(hosts, u.Hostname())
		}
	}
	if files == (mtls.Files{}) {
		return nil
	}
	config.ClientTLSInfo = transport.TLSInfo{
		CertFile: files.Cert, KeyFile: files.Key, TrustedCAFile: files.CA, ClientCertAuth: true,
	}
	config.PeerTLSInfo = config.ClientTLSInfo
	config.PeerTLSInfo.AllowedHostnames = hosts
	config.TlsMinVersion = string(tlsutil.TLSVersion13) // replaces the version in both TLSInfos
	config.EnableGRPCGateway = false
	_, err = files.Server() // its error says which file is missing or bad
	return err
}
