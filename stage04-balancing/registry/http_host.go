package registry

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// localHosts returns a handler that responds with 403 to requests for other hosts, if
// only this machine can reach the listener. A page, once loaded, may give its own name
// the address 127.0.0.1, and is then of the same site as the registry ("DNS rebinding").
// Only the name in the request still tells them apart. For any other listener localHosts
// returns h unchanged, since its names are not known.
func localHosts(l net.Listener, h http.Handler) http.Handler {
	if !isLocal(l.Addr().String()) {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLocal(r.Host) {
			respond(w, http.StatusForbidden, problem{Error: fmt.Sprintf("%.64q is not this machine: want localhost, 127.0.0.1 or [::1] as the host", r.Host)})
			return
		}
		h.ServeHTTP(w, r)
	})
}

// isLocal reports whether a host, with or without a port, is localhost or a loopback
// address.
func isLocal(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback() || strings.EqualFold(host, "localhost")
}
