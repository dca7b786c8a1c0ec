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

// closeToPages keeps web pages from the node's gateway for HTTP with JSON, which is open
// without TLS. By default etcd lets every page that is open in a browser on this machine
// read and write the list. With closeToPages it accepts only its own names in Host
// (against DNS rebinding), and allows no other origin to read. refusePage refuses what a
// page may send without permission.
func closeToPages(config *embed.Config) {
	own := config.ListenClientUrls[0]
	config.CORS = map[string]struct{}{own.String(): {}} // etcd takes an empty one for all
	config.HostWhitelist = make(map[string]struct{})
	for _, host := range hosts(own.Hostname()) {
		config.HostWhitelist[host] = struct{}{}
	}
}

// hosts returns the valid Hosts of a node that listens on ip: ip, the names of loopback,
// and, if ip stands for every interface, all addresses and the name of this machine.
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

// refusePage refuses a call that a web page has made through the gateway, by a POST or a
// WebSocket. Browsers, and only they, name the page in Origin; etcd has no pages of its
// own.
func refusePage(ctx context.Context) error {
	if origin := metadata.ValueFromIncomingContext(ctx, "grpcgateway-origin"); len(origin) > 0 {
		return status.Errorf(codes.PermissionDenied, "etcd answers no web page, and so not that of %.64q", origin)
	}
	return nil
}
