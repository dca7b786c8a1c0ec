package embedded

import (
	"context"
	"net"
	"os"

	"go.etcd.io/etcd/server/v3/embed"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// closeToPages keeps web pages from the node's gateway for HTTP with JSON, which is
// open without TLS. Left alone, etcd lets every page that is open in a browser on
// this machine read and write the list. By Host, it now answers nobody who got
// here by a name that it does not have (DNS rebinding), and it allows no other
// origin to read; what a page may send without being allowed ends at refusePage.
func closeToPages(config *embed.Config) {
	own := config.ListenClientUrls[0]
	config.CORS = map[string]struct{}{own.String(): {}} // etcd takes an empty one for all
	config.HostWhitelist = make(map[string]struct{})
	for _, host := range hosts(own.Hostname()) {
		config.HostWhitelist[host] = struct{}{}
	}
}

// hosts returns what may be called the host of a node that listens on ip: that, the
// names of loopback, and if it is every interface, all addresses and the name that
// this machine has.
func hosts(ip string) []string {
	all := []string{ip, "localhost", "127.0.0.1", "::1"}
	if parsed := net.ParseIP(ip); parsed == nil || !parsed.IsUnspecified() {
		return all
	}
	if name, err := os.Hostname(); err == nil {
		all = append(all, name)
	}
	addrs, _ := net.InterfaceAddrs()
	for _, addr := range addrs {
		if network, ok := addr.(*net.IPNet); ok {
			all = append(all, network.IP.String())
		}
	}
	return all
}

// refusePage refuses a call that a web page has made through the gateway, by a POST
// or a WebSocket: a browser then says which page that is, and nobody else does. etcd
// has no pages of its own.
func refusePage(ctx context.Context) error {
	if origin := metadata.ValueFromIncomingContext(ctx, "grpcgateway-origin"); len(origin) > 0 {
		return status.Errorf(codes.PermissionDenied, "etcd answers no web page, and so not that of %.64q", origin)
	}
	return nil
}
