package proxy

import (
	"errors"
	"fmt"
	"strings"
	"sync"
)

// ErrClosed is returned by a group that has been closed.
var ErrClosed = errors.New("the group of proxies is closed")

// Group owns proxies. The zero value is ready.
type Group struct {
	mu      sync.Mutex // guards the fields below
	members []member
	closed  bool
}

// member is a proxy of either kind.
type member interface{ Close() }

// Listen starts a proxy that ends with the group.
func (g *Group) Listen(target string) (*Proxy, error) {
	p, err := Listen(target)
	if err != nil {
		return nil, err
	}
	if !g.add(p) {
		p.Close()
		return nil, ErrClosed
	}
	return p, nil
}

func (g *Group) add(p member) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.members = append(g.members, p)
	return true
}

// URL starts a proxy for each address of a registry's URL, http://HOST:PORT or
// etcd://HOST:PORT,HOST:PORT, and returns the same URL with their addresses.
func (g *Group) URL(url string) (string, []*Proxy, error) {
	scheme, list, ok := strings.Cut(url, "://")
	if !ok || list == "" {
		return "", nil, fmt.Errorf("%q is not SCHEME://HOST:PORT", url)
	}
	var proxies []*Proxy
	var addrs []string
	for target := range strings.SplitSeq(list, ",") {
		p, err := g.Listen(target)
		if err != nil {
			return "", nil, err
		}
		proxies, addrs = append(proxies, p), append(addrs, p.Addr())
	}
	return scheme + "://" + strings.Join(addrs, ","), proxies, nil
}

// Close closes every proxy of the group and returns when nothing of them is
// left.
func (g *Group) Close() {
	g.mu.Lock()
	members := g.members
	g.members, g.closed = nil, true
	g.mu.Unlock()
	for _, p := range members {
		p.Close()
	}
}
