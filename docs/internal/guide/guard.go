package guide

import (
	"net"
	"net/http"
	"net/netip"
	"slices"

	"example.com/workshop/docs/internal/crosssite"
)

// policy is the content security policy of every page: nothing from elsewhere,
// and no script or style that stands in the page itself.
const policy = plainPolicy + "; style-src 'self'"

// diagramPolicy lets Mermaid put its styles into the pictures that it draws.
const diagramPolicy = plainPolicy + "; style-src 'self' 'unsafe-inline'"

const plainPolicy = "default-src 'none'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// maxBody is how many bytes of a request's body are read: FormValue would put a file that
// is sent along into memory, and the rest of it on the disk.
const maxBody = 64 << 10

// Guarded accepts requests of this machine's browser to the listener at addr. It refuses
// a request with another Host or Origin, which comes from a foreign page or a rebound
// name, and a request that a foreign page makes for itself. It reads maxBody bytes of a
// body at most.
func Guarded(addr netip.AddrPort, next http.Handler) http.Handler {
	hosts := hostsOf(addr)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy", policy)
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "same-origin")
		head.Set("Cross-Origin-Opener-Policy", "same-origin")
		head.Set("Cross-Origin-Resource-Policy", "same-origin")
		origins := r.Header.Values("Origin")
		foreign := func(origin string) bool {
			return !slices.ContainsFunc(hosts, func(host string) bool { return origin == "http://"+host })
		}
		if !slices.Contains(hosts, r.Host) || slices.ContainsFunc(origins, foreign) || crosssite.Embedded(r) {
			http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

// hostsOf lists what a browser on this machine calls the listener at addr.
func hostsOf(addr netip.AddrPort) []string {
	_, port, _ := net.SplitHostPort(addr.String()) // it is one
	hosts := []string{addr.String()}
	for _, name := range []string{"localhost", "127.0.0.1", "::1"} {
		hosts = append(hosts, net.JoinHostPort(name, port))
		if port == "80" {
			hosts = append(hosts, name)
		}
	}
	return hosts
}
