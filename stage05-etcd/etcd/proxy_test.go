package etcd_test

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// proxy is a path to etcd that can go wrong. It forwards connections; a black
// hole swallows what is sent, in both directions. A connection that has lost
// bytes so stays dead for good, and nobody is told.
type proxy struct {
	to       string
	listener net.Listener
	running  sync.WaitGroup
	black    atomic.Bool
	refusing atomic.Bool
	accepted atomic.Int64                 // connections, ever
	passing  atomic.Pointer[func([]byte)] // is called before bytes are forwarded, either way; may be nil

	mu    sync.Mutex // guards the fields below
	open  map[net.Conn]bool
	ended bool
}

// startProxy returns a proxy that ends with the test.
func startProxy(t testing.TB, to string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{to: to, listener: l, open: make(map[net.Conn]bool)}
	p.running.Go(p.serve)
	t.Cleanup(func() {
		l.Close()
		p.mu.Lock()
		p.ended = true
		p.mu.Unlock()
		p.cut()
		p.running.Wait()
	})
	return p
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

// swallow makes the path a black hole, or lets new connections through again.
func (p *proxy) swallow(on bool) { p.black.Store(on) }

// refuse ends all connections, and those to come, or lets them through again.
func (p *proxy) refuse(on bool) {
	p.refusing.Store(on)
	p.cut()
}

// cut closes all connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.open {
		conn.Close()
	}
}

func (p *proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.accepted.Add(1)
		if p.refusing.Load() {
			client.Close()
			continue
		}
		etcd, err := net.DialTimeout("tcp", p.to, time.Second)
		if err != nil {
			client.Close()
			continue
		}
		if !p.keep(client, etcd) {
			return
		}
		var dead atomic.Bool
		p.running.Go(func() { p.forward(etcd, client, &dead) })
		p.running.Go(func() { p.forward(client, etcd, &dead) })
	}
}

func (p *proxy) keep(conns ...net.Conn) bool {
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

func (p *proxy) forward(to, from net.Conn, dead *atomic.Bool) {
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
		if p.black.Load() && n > 0 {
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
