// Package memnet is a network in memory for tests: its connections are
// net.Pipes, so a test inside a testing/synctest bubble can use it and time
// stays virtual. Nothing is buffered: a write waits for its reader.
package memnet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"
)

// Network holds listeners by their address. The zero value is ready to use.
type Network struct {
	mu        sync.Mutex // guards the field below
	listeners map[string]*Listener
}

// Listen returns a listener on addr, which may be any host:port. It fails
// when the address is in use.
func (n *Network) Listen(addr string) (*Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listeners[addr] != nil {
		return nil, opError("listen", addr, syscall.EADDRINUSE)
	}
	l := &Listener{addr: addr, net: n, conns: make(chan net.Conn), closed: make(chan struct{})}
	if n.listeners == nil {
		n.listeners = make(map[string]*Listener)
	}
	n.listeners[addr] = l
	return l, nil
}

// DialContext connects to the listener on addr. Its signature is that of
// net.Dialer's method; without a listener it fails as TCP does.
func (n *Network) DialContext(ctx context.Context, _, addr string) (net.Conn, error) {
	n.mu.Lock()
	l := n.listeners[addr]
	n.mu.Unlock()
	if l == nil {
		return nil, opError("dial", addr, syscall.ECONNREFUSED)
	}
	near, far := net.Pipe()
	select {
	case l.conns <- far:
		return near, nil
	case <-l.closed:
		return nil, opError("dial", addr, syscall.ECONNREFUSED)
	case <-ctx.Done():
		return nil, opError("dial", addr, ctx.Err())
	}
}

// Listener is a net.Listener in memory.
type Listener struct {
	addr   string
	net    *Network
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// Accept waits for the next connection.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, opError("accept", l.addr, net.ErrClosed)
	}
}

// Close frees the address. Connections that were accepted stay open.
func (l *Listener) Close() error {
	l.once.Do(func() {
		l.net.mu.Lock()
		delete(l.net.listeners, l.addr)
		l.net.mu.Unlock()
		close(l.closed)
	})
	return nil
}

// Addr returns the address.
func (l *Listener) Addr() net.Addr { return addr(l.addr) }

type addr string

func (addr) Network() string  { return "mem" }
func (a addr) String() string { return string(a) }

func opError(op, address string, err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("i/o timeout: %w", err)
	}
	return &net.OpError{Op: op, Net: "mem", Addr: addr(address), Err: err}
}
