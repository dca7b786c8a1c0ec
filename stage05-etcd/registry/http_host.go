package registry

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// localHosts returns h for a listener that this machine alone can reach. It then
// answers 403 to requests for any other host. A page may give its own name the
// address 127.0.0.1 once it is loaded, and is then of the same site as the
// registry ("DNS rebinding"); the name is what still tells them apart. With any
// other listener it returns h as it is, for nobody knows by which names that is
// reached.
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

// isLocal reports whether a host, with a port or without, is this machine as only
// the machine itself can call it.
func isLocal(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback() || strings.EqualFold(host, "localhost")
}
