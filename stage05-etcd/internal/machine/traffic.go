package machine

import (
	"bytes"
	"context"
	"net"
)

// buffered is how many writes a connection takes while nobody reads.
const buffered = 1000

// Accept waits for the next connection.
func (m *Machine) Accept() (net.Conn, error) {
	c, err := m.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return m.Attach(c, ""), nil
}

// DialContext connects to the listener on addr.
func (m *Machine) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	if err := m.flows(ctx, addr); err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	c, err := m.network.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return m.Attach(c, addr), nil
}

// Attach makes c a connection of the machine, and returns the program's end of it. addr
// is the address that was dialled, and empty for a connection that was accepted.
func (m *Machine) Attach(c net.Conn, addr string) net.Conn {
	program, cable := net.Pipe()
	hangUp := func() { c.Close(); cable.Close() }
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.life.Err() != nil {
		hangUp()
		return program
	}
	context.AfterFunc(m.life, hangUp)
	m.carry(c, cable, addr)
	m.carry(cable, c, addr)
	return program
}

// carry copies from src to dst, and closes dst after the last byte of src.
func (m *Machine) carry(dst, src net.Conn, addr string) {
	written := make(chan []byte, buffered)
	m.traffic.Go(func() {
		defer close(written)
		buf := make([]byte, 32<<10)
		for n, err := src.Read(buf); err == nil; n, err = src.Read(buf) {
			written <- bytes.Clone(buf[:n])
		}
	})
	m.traffic.Go(func() {
		defer dst.Close()
		for b := range written {
			m.flows(m.life, addr)
			dst.Write(b) // an error means that dst is closed
		}
		m.flows(m.life, addr)
	})
}
