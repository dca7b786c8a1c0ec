package grpcarith_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/grpcarith"
	"example.com/workshop/stage05-etcd/grpcresolver"
	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	a = "10.0.0.1:50051"
	b = "10.0.0.2:50051"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// world is a network in memory, a registry, and what happens between them.
type world struct {
	t     *testing.T
	net   memnet.Network
	store *registry.Store
	cut   time.Duration // if set, how long a connection lasts

	mu    sync.Mutex     // guards the field below
	dials map[string]int // by address
}

func newWorld(t *testing.T) *world {
	return &world{t: t, store: registry.NewStore(registry.Options{Logger: quiet}), dials: make(map[string]int)}
}

// serve serves Arith at addr; stop waits for calls in progress. The world's
// end stops it too.
func (w *world) serve(addr string, a *arith.Arith) (srv *grpcarith.Server, stop func()) {
	w.t.Helper()
	l, err := w.net.Listen(addr)
	require.NoError(w.t, err)
	srv = grpcarith.NewServer(a, grpcarith.ServerOptions{Logger: quiet})
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	stop = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		require.NoError(w.t, srv.Shutdown(ctx))
		require.NoError(w.t, <-served)
	})
	w.t.Cleanup(stop)
	return srv, stop
}

// list puts addr on the list of Arith.
func (w *world) list(addr string, weight int) {
	w.t.Helper()
	_, err := w.store.Put(registry.Instance{
		Service: "Arith", ID: addr, Addr: "192.0.2.1:1", Weight: weight,
		Metadata: map[string]string{grpcresolver.MetadataKey: addr},
	}, "lease", 0)
	require.NoError(w.t, err)
}

func (w *world) unlist(addr string) {
	w.t.Helper()
	require.NoError(w.t, w.store.Delete("Arith", addr, "lease"))
}

// dial is for clients; it counts.
func (w *world) dial(ctx context.Context, _, addr string) (net.Conn, error) {
	w.mu.Lock()
	w.dials[addr]++
	w.mu.Unlock()
	conn, err := w.net.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	if w.cut > 0 {
		time.AfterFunc(w.cut, func() { conn.Close() })
	}
	return &pipe{conn, addr}, nil
}

// pipe is a connection that knows whom it was dialled to.
type pipe struct {
	net.Conn
	addr string
}

func (p *pipe) RemoteAddr() net.Addr { return p }
func (p *pipe) Network() string      { return "mem" }
func (p *pipe) String() string       { return p.addr }

func (w *world) dialled(addr string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dials[addr]
}

// client returns a client of Arith until the test ends.
func (w *world) client() *grpcarith.Client {
	w.t.Helper()
	c, err := grpcarith.New("registry", w.store, "Arith", grpcarith.ClientOptions{DialContext: w.dial})
	require.NoError(w.t, err)
	w.t.Cleanup(func() { c.Close() })
	return c
}

// to returns a client of one server until the test ends.
func (w *world) to(addr string) *grpcarith.Client {
	w.t.Helper()
	c, err := grpcarith.Dial(addr, grpcarith.ClientOptions{DialContext: w.dial})
	require.NoError(w.t, err)
	w.t.Cleanup(func() { c.Close() })
	return c
}
