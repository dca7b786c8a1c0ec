package etcd

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"unicode"
)

// parse returns the host:port of every endpoint. url.Parse would accept one host only. A
// URL with a user's name or password is an error, which shows neither.
func parse(rawURL string) ([]string, error) {
	n := min(len(Scheme), len(rawURL))
	scheme, list := rawURL[:n], rawURL[n:]
	if at := strings.LastIndex(list, "@"); at >= 0 {
		return nil, fmt.Errorf("registry %q: want %sHOST:PORT,HOST:PORT, without a user", scheme+"…"+list[at:], Scheme)
	}
	if !strings.EqualFold(scheme, Scheme) {
		return nil, fmt.Errorf("registry %q: want %sHOST:PORT,HOST:PORT", rawURL, Scheme)
	}
	endpoints := strings.Split(strings.TrimSuffix(list, "/"), ",")
	for _, endpoint := range endpoints {
		host, port, err := net.SplitHostPort(endpoint)
		if err == nil {
			_, err = strconv.ParseUint(port, 10, 16)
		}
		if err != nil || host == "" || strings.ContainsFunc(endpoint, foreign) {
			return nil, fmt.Errorf("registry %q: %q is not HOST:PORT", rawURL, endpoint)
		}
	}
	return endpoints, nil
}

// foreign reports whether c is of another kind of URL, or would break a line of the log.
func foreign(c rune) bool { return strings.ContainsRune("/@?# ", c) || !unicode.IsPrint(c) }
