// Package proxytest makes network paths that go wrong, for tests with real
// sockets: paths that swallow, refuse, cut, or lead somewhere else.
package proxytest

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Proxy forwards TCP connections.
type Proxy struct {
	listener net.Listener
	running  sync.WaitGroup
	swallows atomic.Bool
	refuses  atomic.Bool
	accepted atomic.Int64
	passing  atomic.Pointer[func([]byte)]

	mu    sync.Mutex // guards the fields below
	to    string
	open  map[net.Conn]bool
	ended bool
}

// Start returns a proxy to an address. It ends with the test.
func Start(t testing.TB, to string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{to: to, listener: l, open: make(map[net.Conn]bool)}
	p.running.Go(p.serve)
	t.Cleanup(func() {
		l.Close()
		p.mu.Lock()
		p.ended = true
		p.mu.Unlock()
		p.Cut()
		p.running.Wait()
	})
	return p
}

// Addr returns where the proxy listens.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Accepted returns how many connections there have been.
func (p *Proxy) Accepted() int64 { return p.accepted.Load() }

// Swallow makes the path a black hole, or lets new connections through again. A
// black hole swallows what is sent, in both directions, and a connection that
// has lost bytes so stays dead for good. Nobody is told.
func (p *Proxy) Swallow(on bool) { p.swallows.Store(on) }

// Refuse closes all connections, and those to come, or lets them through again.
func (p *Proxy) Refuse(on bool) {
	p.refuses.Store(on)
	p.Cut()
}

// Cut closes all connections.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.open {
		conn.Close()
	}
}

// Lead cuts all connections, and makes later ones lead to another address.
func (p *Proxy) Lead(to string) {
	p.mu.Lock()
	p.to = to
	p.mu.Unlock()
	p.Cut()
}

// OnPassing makes f be called with what is about to be forwarded, either way.
func (p *Proxy) OnPassing(f func([]byte)) { p.passing.Store(&f) }

func (p *Proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.accepted.Add(1)
		if p.refuses.Load() {
			client.Close()
			continue
		}
		p.mu.Lock()
		to := p.to
		p.mu.Unlock()
		server, err := net.DialTimeout("tcp", to, time.Second)
		if err != nil {
			client.Close()
			continue
		}
		if !p.add(client, server) {
			return
		}
		var dead atomic.Bool
		p.running.Go(func() { p.forward(server, client, &dead) })
		p.running.Go(func() { p.forward(client, server, &dead) })
	}
}

// add puts connections among the open ones, or closes them and reports false if
// the test has ended.
func (p *Proxy) add(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range conns {
		p.open[conn] = true
		if p.ended {
			conn.Close()
		}
	}
	return !p.ended
}

func (p *Proxy) forward(to, from net.Conn, dead *atomic.Bool) {
	defer func() {
		from.Close()
		to.Close()
		p.mu.Lock()
		delete(p.open, from)
		p.mu.Unlock()
	}()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if passing := p.passing.Load(); passing != nil {
			(*passing)(buffer[:n])
		}
		if p.swallows.Load() && n > 0 {
			dead.Store(true)
		}
		if !dead.Load() {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
