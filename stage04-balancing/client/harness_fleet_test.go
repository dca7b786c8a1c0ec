package client_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"

	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/registry/registrytest"
)

// fleet is a thousand instances with one server behind them, of which the first
// may die.
type fleet struct {
	*cluster
	mu    sync.Mutex // guards the fields below
	dead  int
	conns map[string]net.Conn
}

// startFleet returns a fleet, and a client of it.
func startFleet(t testing.TB, opts client.Options) (*fleet, *client.Client) {
	f := &fleet{cluster: newCluster(t), conns: make(map[string]net.Conn)}
	shared, script := f.serve("shared:1"), registrytest.NewScript()
	snap := snapshot()
	for i := range 1000 {
		in := shared.in
		in.ID = fmt.Sprintf("h%04d:1", i)
		in.Addr = in.ID
		snap.Instances = append(snap.Instances, in)
	}
	opts.DialContext = f.dial
	c := f.clientOf(script, opts)
	script.Shows(snap)
	return f, c
}

// dial connects to the server, unless the instance is dead.
func (f *fleet) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	f.mu.Lock()
	dead := addr < fmt.Sprintf("h%04d:1", f.dead)
	f.mu.Unlock()
	f.cluster.mu.Lock()
	f.dials[addr]++
	f.cluster.mu.Unlock()
	if dead {
		return f.net.DialContext(ctx, network, "nobody:1")
	}
	conn, err := f.net.DialContext(ctx, network, "shared:1")
	f.mu.Lock()
	defer f.mu.Unlock()
	f.conns[addr] = conn
	return conn, err
}

// kill lets the first n instances die, all at once.
func (f *fleet) kill(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dead = n
	for i := range n {
		if conn := f.conns[fmt.Sprintf("h%04d:1", i)]; conn != nil {
			conn.Close()
		}
	}
}

// dialled returns how often the dead were dialled in all.
func (f *fleet) dialled() (dials int) {
	for i := range f.dead {
		n, _ := f.counts(fmt.Sprintf("h%04d:1", i))
		dials += n
	}
	return dials
}
