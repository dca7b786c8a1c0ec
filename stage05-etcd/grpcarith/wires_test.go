package grpcarith_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"
)

// deadline returns a context that ends after d.
func deadline(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// wires are connections, some of which swallow what is sent.
type wires struct {
	mu     sync.Mutex // guards the fields below
	all    map[string][]*wire
	frozen map[string]chan struct{} // closed when that address thaws
}

// wire is a connection that may be cut: then what is sent on it goes nowhere, and nothing
// is read any more, not even its end. That is how it looks when a firewall forgets a
// connection, or the machine at its other end has gone. When it is frozen, all of that
// waits.
type wire struct {
	net.Conn
	addr   string
	of     *wires
	cut    chan struct{}
	closed chan struct{}
	close  func() error
}

func (w *wires) wire(conn net.Conn, addr string) net.Conn {
	one := &wire{Conn: conn, addr: addr, of: w, cut: make(chan struct{}), closed: make(chan struct{})}
	one.close = sync.OnceValue(func() error { close(one.closed); return conn.Close() })
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = make(map[string][]*wire)
	}
	w.all[addr] = append(w.all[addr], one)
	return one
}

// cutOff cuts the connections to these addresses. Those that are dialled later pass.
func (w *wires) cutOff(addrs ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, addr := range addrs {
		for _, one := range w.all[addr] {
			close(one.cut)
		}
		delete(w.all, addr)
	}
}

// freeze has the connections to addr, those that are dialled later among them, wait until
// thaw.
func (w *wires) freeze(addr string) (thaw func()) {
	thawed := make(chan struct{})
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.frozen == nil {
		w.frozen = make(map[string]chan struct{})
	}
	w.frozen[addr] = thawed
	return func() { close(thawed) }
}

// open returns how many connections to addr have been dialled and not closed.
func (w *wires) open(addr string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.all[addr] {
		select {
		case <-one.closed:
		default:
			n++
		}
	}
	return n
}

// wait waits while the connection is frozen, and reports whether it is cut.
func (w *wire) wait() (cut bool) {
	w.of.mu.Lock()
	thawed := w.of.frozen[w.addr]
	w.of.mu.Unlock()
	if thawed != nil {
		select {
		case <-thawed:
		case <-w.closed:
		}
	}
	select {
	case <-w.cut:
		return true
	default:
		return false
	}
}

func (w *wire) Write(p []byte) (int, error) {
	if w.wait() {
		return len(p), nil
	}
	return w.Conn.Write(p)
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if w.wait() {
		<-w.closed
		return 0, net.ErrClosed
	}
	return n, err
}

func (w *wire) Close() error { return w.close() }
