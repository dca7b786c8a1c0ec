package client_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
	"example.com/workshop/stage04-balancing/server"
)

// cluster is a registry and servers in memory, for tests in a bubble.
type cluster struct {
	t     *testing.T
	net   memnet.Network
	store *registry.Store

	mu     sync.Mutex     // guards the fields below
	dials  map[string]int // attempts
	opens  int            // connections to all addresses
	closes map[string]int
	holes  map[string]chan struct{} // addresses that swallow dials until they are closed
}

func newCluster(t *testing.T) *cluster {
	return &cluster{
		t: t, store: registry.NewStore(registry.Options{Logger: quiet}),
		dials: make(map[string]int), closes: make(map[string]int), holes: make(map[string]chan struct{}),
	}
}

// host is one server, and its Work.
type host struct {
	*Work
	cluster *cluster
	in      registry.Instance
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

func (h *host) listen() {
	l, err := h.cluster.net.Listen(h.in.Addr)
	require.NoError(h.cluster.t, err)
	h.server = server.New(server.Options{Logger: quiet})
	require.NoError(h.cluster.t, h.server.Register(h.Work))
	h.mu.Lock()
	h.listener = l
	life := new(life)
	life.Context, life.end = context.WithCancel(context.Background())
	h.life.Store(life)
	h.mu.Unlock()
	go h.server.Serve(acceptor{l, h}, "tcp")
}

func (h *host) register() {
	_, err := h.cluster.store.Put(h.in, "lease of "+h.in.ID, 0)
	require.NoError(h.cluster.t, err)
}

func (h *host) deregister() {
	require.NoError(h.cluster.t, h.cluster.store.Delete("Work", h.in.ID, "lease of "+h.in.ID))
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

// blackHole makes dials to addr hang until their time is over, or the hole is
// filled.
func (c *cluster) blackHole(addr string) (fill func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	hole := make(chan struct{})
	c.holes[addr] = hole
	return sync.OnceFunc(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		close(hole)
		delete(c.holes, addr)
	})
}

// dial counts.
func (c *cluster) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	c.mu.Lock()
	c.dials[addr]++
	hole := c.holes[addr]
	c.mu.Unlock()
	if hole != nil {
		select {
		case <-hole:
		case <-ctx.Done():
			return nil, &net.OpError{Op: "dial", Net: network, Err: ctx.Err()}
		}
	}
	conn, err := c.net.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return c.count(conn, addr), nil
}

// count counts when the client closes a connection.
func (c *cluster) count(conn net.Conn, addr string) net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.opens++
	return &counted{Conn: conn, closed: sync.OnceFunc(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.closes[addr]++
	})}
}

// counted reports its Close, once.
type counted struct {
	net.Conn
	closed func()
}

func (c *counted) Close() error {
	c.closed()
	return c.Conn.Close()
}

// counts returns how many connections to addr were dialled, and how many of
// them this side closed.
func (c *cluster) counts(addr string) (dials, closes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dials[addr], c.closes[addr]
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

// Work is a service that does as it is told.
type Work struct {
	ran   atomic.Int64 // methods
	delay atomic.Int64 // of each, in ns

	life atomic.Pointer[life] // of the process
}

type life struct {
	context.Context
	end context.CancelFunc
}

// work takes time, and ends with the process.
func (w *Work) work(d time.Duration) {
	w.ran.Add(1)
	select {
	case <-time.After(d):
	case <-w.life.Load().Done():
	}
}

// Do returns n.
func (w *Work) Do(n int, reply *int) error {
	w.work(time.Duration(w.delay.Load()))
	*reply = n
	return nil
}

// Refuse returns an error.
func (w *Work) Refuse(n int, reply *int) error {
	w.ran.Add(1)
	return errors.New("refused")
}

// Slow returns d after d.
func (w *Work) Slow(d time.Duration, reply *time.Duration) error {
	w.work(d)
	*reply = d
	return nil
}

// idempotent declares Do and Refuse, and not Slow.
var idempotent = []string{"Work.Do", "Work.Refuse"}

// do makes a call that must succeed.
func do(t *testing.T, c *client.Client) {
	t.Helper()
	var got int
	require.NoError(t, c.Call(t.Context(), "Work.Do", 7, &got))
	require.Equal(t, 7, got)
}

func ran(hosts []*host) (n int64) {
	for _, h := range hosts {
		n += h.ran.Load()
	}
	return n
}

// feed is a Discovery that a test drives.
type feed struct {
	next chan func() (registry.Snapshot, error)
}

func newFeed() *feed { return &feed{make(chan func() (registry.Snapshot, error))} }

func (f *feed) Watch(context.Context, string) (registry.Watcher, error) { return f, nil }
func (f *feed) Close() error                                            { return nil }
func (f *feed) Next(ctx context.Context) (registry.Snapshot, error) {
	select {
	case next := <-f.next:
		return next()
	case <-ctx.Done():
		return registry.Snapshot{}, ctx.Err()
	}
}

func (f *feed) send(s registry.Snapshot) {
	f.next <- func() (registry.Snapshot, error) { return s, nil }
}

func (f *feed) fail(err error) {
	f.next <- func() (registry.Snapshot, error) { return registry.Snapshot{}, err }
}

// snapshot lists hosts.
func snapshot(hosts ...*host) registry.Snapshot {
	s := registry.Snapshot{Service: "Work", Revision: uint64(time.Now().UnixNano()), Synced: time.Now()}
	for _, h := range hosts {
		s.Instances = append(s.Instances, h.in)
	}
	return s
}
