package client_test

import (
	"net"
	"sync"
	"sync/atomic"
)

// wire is a connection that may be cut: then what is sent on it goes nowhere, and nothing
// is read any more, not even its end. That is how it looks when a firewall forgets a
// connection, or the machine at its other end has gone.
type wire struct {
	net.Conn
	cut    atomic.Bool
	lapses bool // whether it is cut when something has been read
	closed chan struct{}
	close  func() error
}

// cuttable makes conn one that cut and freeze can cut.
func (c *cluster) cuttable(conn net.Conn, addr string) net.Conn {
	w := &wire{Conn: conn, closed: make(chan struct{})}
	w.close = sync.OnceValue(func() error { close(w.closed); return conn.Close() })
	c.mu.Lock()
	defer c.mu.Unlock()
	w.cut.Store(c.frozen[addr])
	w.lapses = c.lapsing[addr]
	c.wires[addr] = append(c.wires[addr], w)
	return w
}

// cut cuts the connections to these addresses. Those that are dialled later pass.
func (c *cluster) cut(addrs ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, addr := range addrs {
		for _, w := range c.wires[addr] {
			w.cut.Store(true)
		}
	}
}

// freeze makes addr accept connections and neither read nor answer, as a process does
// that is suspended.
func (c *cluster) freeze(addr string) {
	c.cut(addr)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen[addr] = true
}

// lapse cuts the connections to addr, and those that are dialled later as soon as they have
// given a first sign of life.
func (c *cluster) lapse(addr string) {
	c.cut(addr)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lapsing[addr] = true
}

// thaw makes the connections that are dialled from now on pass again.
func (c *cluster) thaw(addr string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.frozen, addr)
}

func (w *wire) Write(p []byte) (int, error) {
	if w.cut.Load() {
		return len(p), nil
	}
	return w.Conn.Write(p)
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if w.cut.Load() {
		<-w.closed
		return 0, net.ErrClosed
	}
	if w.lapses {
		w.cut.Store(true)
	}
	return n, err
}

func (w *wire) Close() error { return w.close() }
