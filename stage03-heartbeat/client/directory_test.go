package client_test

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/client"
	"example.com/workshop/stage03-heartbeat/registry"
)

// directory is a registry on the nodes' network.
type directory struct {
	nodes
	client  *registry.Client
	lookups atomic.Int32
	dials   atomic.Int32

	mu      sync.Mutex // guards the fields below
	handler http.Handler
	delay   time.Duration // of lookups
}

const registryAddr = "registry:8500"

func newDirectory(t testing.TB) *directory {
	d := new(directory)
	d.forget()
	var err error
	d.client, err = registry.NewClient("http://"+registryAddr, registry.ClientOptions{
		Transport: &http.Transport{DialContext: d.DialContext},
		Logger:    quiet,
	})
	require.NoError(t, err)
	t.Cleanup(d.client.Close)
	return d
}

// newServing returns a directory whose registry is open and lists a server at host:1.
func newServing(t testing.TB) *directory {
	d := newDirectory(t)
	d.open(t)
	d.serve(t, "host:1", "tcp")
	d.register(t, "host:1", "tcp")
	return d
}

// open starts the registry. It ends with the test, or when closed.
func (d *directory) open(t testing.TB) (closed func()) {
	l, err := d.Listen(registryAddr)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { registry.Serve(ctx, l, d) })
	closed = func() {
		cancel()
		running.Wait()
	}
	t.Cleanup(closed)
	return closed
}

// forget is what a restart does to the registry's memory.
func (d *directory) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.handler = registry.Handler(newStore())
}

// slow delays the answers to lookups.
func (d *directory) slow(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.delay = by
}

func (d *directory) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	handler, delay := d.handler, d.delay
	d.mu.Unlock()
	if r.Method == http.MethodGet {
		d.lookups.Add(1)
		select {
		case <-time.After(delay):
		case <-r.Context().Done():
			return
		}
	}
	handler.ServeHTTP(w, r)
}

// register registers an instance of Arith, whose id is its address.
func (d *directory) register(t testing.TB, addr, network string) *registry.Registration {
	r, err := d.client.Register(t.Context(), registry.Instance{Service: "Arith", Addr: addr, Network: network, Weight: 1})
	require.NoError(t, err)
	return r
}

// find returns a client of Arith.
func (d *directory) find(t testing.TB) *client.Client {
	c := client.New(d.client, "Arith", client.Options{
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			d.dials.Add(1)
			return d.DialContext(ctx, network, addr)
		},
	})
	t.Cleanup(func() { c.Close() })
	return c
}

// requireCost fails unless this many lookups and dials have been made so far.
func (d *directory) requireCost(t testing.TB, lookups, dials int32) {
	t.Helper()
	require.Equal(t, lookups, d.lookups.Load(), "lookups")
	require.Equal(t, dials, d.dials.Load(), "dials")
}
