package proxy

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"time"
)

// Peer is a proxy before the address at which the other nodes reach a node of etcd. All
// nodes of a cluster have one, so one of them can be cut off from the others both ways:
// in its own requests, and in theirs.
type Peer struct {
	addr   string
	mode   *mode
	all    []*Peer // of the cluster
	server *http.Server
	stop   context.CancelFunc
}

// Peers starts a proxy for the nodes of a cluster at these addresses, HOST:PORT, which
// end with the group. The nodes must know one another by the proxies' addresses. None
// serves before all are there: on a port that another cluster has just left, requests for
// that one may come at once.
func (g *Group) Peers(targets ...string) ([]*Peer, error) {
	all := make([]*Peer, len(targets))
	listeners := make([]net.Listener, len(targets))
	for i, target := range targets {
		var err error
		if listeners[i], err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			closeAll(listeners[:i])
			return nil, err
		}
		ctx, stop := context.WithCancel(context.Background())
		p := &Peer{addr: listeners[i].Addr().String(), mode: newMode(target), all: all, stop: stop}
		p.server = &http.Server{
			Handler: p.handler(), ReadHeaderTimeout: time.Minute, ErrorLog: silent,
			BaseContext: func(net.Listener) context.Context { return ctx },
		}
		all[i] = p
	}
	for i, p := range all {
		if !g.add(p) {
			p.stop()
			closeAll(listeners[i:])
			return nil, ErrClosed
		}
		go p.server.Serve(listeners[i]) // until Close
	}
	return all, nil
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		_ = l.Close()
	}
}

// silent discards messages about connections, whose ends are expected here.
var silent = log.New(io.Discard, "", 0)

// Addr is where the proxy listens, HOST:PORT.
func (p *Peer) Addr() string { return p.addr }

// Swallow blocks raft's traffic between the node and the others, in both directions. Like
// Proxy.Swallow it ends no connection.
func (p *Peer) Swallow() { p.mode.set(true, 0) }

// Pass ends what Swallow began.
func (p *Peer) Pass() { p.mode.set(false, 0) }

// Close ends every connection. Calling it again does nothing.
func (p *Peer) Close() {
	p.stop()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = p.server.Shutdown(ctx) // the requests have ended with their context
	_ = p.server.Close()
}

// handler passes requests on, and their responses, which never end for raft's streams:
// nothing of a stream passes while the way is cut. If a node is dead, its connection
// ends, as its system would end it.
func (p *Peer) handler() http.Handler {
	to := &url.URL{Scheme: "http", Host: p.mode.aimed()}
	pass := &httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(to) },
		Transport:    &http.Transport{DisableCompression: true, IdleConnTimeout: time.Minute},
		ErrorLog:     silent,
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		ModifyResponse: func(r *http.Response) error {
			r.Body = gated{r.Body, func() error { return p.open(r.Request) }}
			return nil
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.open(r) != nil {
			panic(http.ErrAbortHandler)
		}
		pass.ServeHTTP(w, r)
	})
}

// open waits until the way between the node and the sender is open. The sender is known
// by the address that etcd adds to raft's requests. Probes of a node's health have no
// such address and pass. So does the renewal of a lease, which a node that has lost its
// leader does not request.
func (p *Peer) open(r *http.Request) error {
	if _, err := p.mode.open(r.Context()); err != nil {
		return err
	}
	i := slices.IndexFunc(p.all, func(other *Peer) bool { return r.Header.Get("X-PeerURLs") == "http://"+other.addr })
	if i < 0 {
		return nil
	}
	_, err := p.all[i].mode.open(r.Context())
	return err
}

// gated is a body of which nothing is passed on while the way is cut.
type gated struct {
	io.ReadCloser
	open func() error
}

func (g gated) Read(b []byte) (int, error) {
	n, err := g.ReadCloser.Read(b)
	if cut := g.open(); cut != nil {
		return 0, cut
	}
	return n, err
}
