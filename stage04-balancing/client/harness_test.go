package client_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
	"example.com/workshop/stage04-balancing/server"
)

// cluster is a registry and servers in memory, for tests in a bubble.
type cluster struct {
	t     testing.TB
	net   memnet.Network
	store *registry.Store

	mu      sync.Mutex     // guards the fields below
	dials   map[string]int // attempts
	opens   int            // connections to all addresses
	closes  map[string]int
	holes   map[string]chan struct{} // addresses that swallow dials until they are closed
	wires   map[string][]*wire       // by address
	frozen  map[string]bool          // addresses whose connections are cut from the start
	lapsing map[string]bool          // those whose connections are cut after the first reply
}

func newCluster(t testing.TB) *cluster {
	return &cluster{
		t: t, store: registry.NewStore(registry.Options{Logger: quiet}),
		dials: make(map[string]int), closes: make(map[string]int), holes: make(map[string]chan struct{}),
		wires: make(map[string][]*wire), frozen: make(map[string]bool), lapsing: make(map[string]bool),
	}
}

// host is one server, and its Work.
type host struct {
	*Work
	cluster *cluster
	in      registry.Instance
	left    int // how often it has deregistered
	server  *server.Server

	mu       sync.Mutex // guards the fields below
	listener net.Listener
	conns    []net.Conn
}

// start serves Work on an address, which is also the id, and registers it.
func (c *cluster) start(addr string) *host {
	h := c.serve(addr)
	h.register()
	return h
}

// serve is start without the registration.
func (c *cluster) serve(addr string) *host {
	h := &host{Work: new(Work), cluster: c, in: registry.Instance{Service: "Work", ID: addr, Addr: addr, Network: "tcp", Weight: 1}}
	h.listen()
	c.t.Cleanup(h.kill)
	return h
}

func (c *cluster) hosts(addrs ...string) (hosts []*host) {
	for _, addr := range addrs {
		hosts = append(hosts, c.start(addr))
	}
	return hosts
}

func (h *host) listen() { h.offer("Work", h.Work) }

// offer is listen for a program that offers something else.
func (h *host) offer(service string, rcvr any) {
	l, err := h.cluster.net.Listen(h.in.Addr)
	require.NoError(h.cluster.t, err)
	h.server = server.New(server.Options{Logger: quiet})
	require.NoError(h.cluster.t, h.server.RegisterName(service, rcvr))
	h.mu.Lock()
	h.listener = l
	life := new(life)
	life.Context, life.end = context.WithCancel(context.Background())
	h.life.Store(life)
	h.mu.Unlock()
	go h.server.Serve(acceptor{l, h}, h.in.Network)
}

// lease is that of the present registration.
func (h *host) lease() string { return fmt.Sprint("lease ", h.left, " of ", h.in.ID) }

func (h *host) register() {
	_, err := h.cluster.store.Put(h.in, h.lease(), 0)
	require.NoError(h.cluster.t, err)
}

// deregister leaves politely: no new calls first, and off the list when the client
// has heard of it.
func (h *host) deregister() {
	goodbye := h.in
	goodbye.Weight = 0
	_, err := h.cluster.store.Put(goodbye, h.lease(), 0)
	require.NoError(h.cluster.t, err)
	synctest.Wait()
	require.NoError(h.cluster.t, h.cluster.store.Delete("Work", h.in.ID, h.lease()))
	h.left++
}

// kill ends the server as SIGKILL does: nobody is told, and connections break.
func (h *host) kill() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listener.Close()
	for _, c := range h.conns {
		c.Close()
	}
	h.conns = nil
	life := h.life.Load()
	life.end()
	h.server.Shutdown(life)
}

// restart starts the server anew on its address and registers it.
func (h *host) restart() {
	h.listen()
	h.in.Metadata = map[string]string{"started": time.Now().String()}
	h.register()
}

// acceptor remembers the connections of a host.
type acceptor struct {
	net.Listener
	h *host
}

func (a acceptor) Accept() (net.Conn, error) {
	conn, err := a.Listener.Accept()
	if err == nil {
		a.h.mu.Lock()
		a.h.conns = append(a.h.conns, conn)
		a.h.mu.Unlock()
	}
	return conn, err
}

// client returns a client of the cluster that ends with the test.
func (c *cluster) client(opts client.Options) *client.Client {
	return c.clientOf(c.store, opts)
}

func (c *cluster) clientOf(d registry.Discovery, opts client.Options) *client.Client {
	if opts.DialContext == nil {
		opts.DialContext = c.dial
	}
	if opts.Logger == nil {
		opts.Logger = quiet
	}
	cl, err := client.New(d, "Work", opts)
	require.NoError(c.t, err)
	c.t.Cleanup(func() { cl.Close() })
	return cl
}

// idempotent declares Do and Refuse, and not Slow.
var idempotent = []string{"Work.Do", "Work.Refuse"}

// do makes a call that must succeed, and waits until the client has counted whatever
// attempts lost to the one that was answered.
func do(t *testing.T, c *client.Client) {
	t.Helper()
	var got int
	require.NoError(t, c.Call(t.Context(), "Work.Do", 7, &got))
	require.Equal(t, 7, got)
	synctest.Wait()
}

func ran(hosts []*host) (n int64) {
	for _, h := range hosts {
		n += h.ran.Load()
	}
	return n
}

// snapshot lists hosts.
func snapshot(hosts ...*host) registry.Snapshot {
	s := registry.Snapshot{Service: "Work", Revision: uint64(time.Now().UnixNano()), Synced: time.Now()}
	for _, h := range hosts {
		s.Instances = append(s.Instances, h.in)
	}
	return s
}

// states returns the state of each instance's connection.
func states(c *client.Client) map[string]client.State {
	states := make(map[string]client.State)
	for _, in := range c.Stats().Instances {
		states[in.ID] = in.State
	}
	return states
}
