package grpcarith_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/grpcarith"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
	"example.com/workshop/stage05-etcd/grpcresolver"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	a = "10.0.0.1:50051"
	b = "10.0.0.2:50051"
	c = "10.0.0.3:50051"
)

// world is a network in memory, a registry, and what happens between them.
type world struct {
	t     *testing.T
	net   memnet.Network
	store *registry.Store
	opts  grpcarith.ServerOptions
	log   logtest.Buffer // of the servers
	cut   time.Duration  // if set, how long a connection lasts
	wires wires          // the connections that were dialled
	left  map[string]int // how often an address has left the list
	pace  time.Duration  // between two calls of load; too many at once are too much for pipes

	mu      sync.Mutex      // guards the fields below
	dials   map[string]int  // by address
	refuses map[string]bool // whether no connection to an address is made any more
}

func newWorld(t *testing.T) *world {
	return &world{t: t, pace: 2500 * time.Microsecond, store: registry.NewStore(registry.Options{Logger: logtest.Quiet()}), dials: make(map[string]int), refuses: make(map[string]bool), left: make(map[string]int)}
}

// serve serves Arith at addr; stop waits for calls in progress. The world's
// end stops it too.
func (w *world) serve(addr string, a *arith.Arith) (srv *grpcarith.Server, stop func()) {
	w.t.Helper()
	l, err := w.net.Listen(addr)
	require.NoError(w.t, err)
	opts := w.opts
	opts.Logger = w.log.Logger()
	srv = grpcarith.NewServer(a, opts)
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

// lease is that of the present registration of addr.
func (w *world) lease(addr string) string { return fmt.Sprint("lease-", w.left[addr]) }

// list puts addr on the list of Arith.
func (w *world) list(addr string, weight int) {
	w.t.Helper()
	_, err := w.store.Put(registry.Instance{
		Service: "Arith", ID: addr, Addr: "192.0.2.1:1", Weight: weight,
		Metadata: map[string]string{grpcresolver.MetadataKey: addr},
	}, w.lease(addr), 0)
	require.NoError(w.t, err)
}

func (w *world) unlist(addr string) {
	w.t.Helper()
	require.NoError(w.t, w.store.Delete("Arith", addr, w.lease(addr)))
	w.left[addr]++
}

// dial is for clients; it counts.
func (w *world) dial(ctx context.Context, _, addr string) (net.Conn, error) {
	w.mu.Lock()
	w.dials[addr]++
	refused := w.refuses[addr]
	w.mu.Unlock()
	if refused {
		return nil, syscall.ECONNREFUSED
	}
	conn, err := w.net.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	if w.cut > 0 {
		time.AfterFunc(w.cut, func() { conn.Close() })
	}
	return &pipe{w.wires.wire(conn, addr), addr}, nil
}

// pipe is a connection that knows whom it was dialled to.
type pipe struct {
	net.Conn
	addr string
}

func (p *pipe) RemoteAddr() net.Addr { return p }

func (p *pipe) Network() string { return "mem" }

func (p *pipe) String() string { return p.addr }

func (w *world) dialled(addr string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dials[addr]
}

// refuse has dials of addr fail.
func (w *world) refuse(addr string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refuses[addr] = true
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

// pair serves and lists a and b, and returns a client to which both have answered, a's
// server, and what stops that.
func (w *world) pair() (to *grpcarith.Client, ofA *grpcarith.Server, stopA func()) {
	w.t.Helper()
	ofA, stopA = w.serve(a, new(arith.Arith))
	w.serve(b, new(arith.Arith))
	w.list(a, 1)
	w.list(b, 1)
	to = w.client()
	require.Equal(w.t, []string{a, b}, w.answering(to))
	return to, ofA, stopA
}

// plain returns a channel as a client of another make would have it.
func (w *world) plain(addr string) *grpc.ClientConn {
	w.t.Helper()
	conn, err := grpc.NewClient("passthrough:///"+addr,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, addr string) (net.Conn, error) { return w.dial(ctx, "tcp", addr) }))
	require.NoError(w.t, err)
	w.t.Cleanup(func() { conn.Close() })
	return conn
}

// answering returns who answers when many calls are made, sorted.
func (w *world) answering(c *grpcarith.Client) (addrs []string) {
	w.t.Helper()
	synctest.Wait() // the latest list has arrived
	for range 60 {  // two servers are both chosen but for one time in 2^59
		call := <-c.Go(w.t.Context(), "Arith.Sum", arith.Args{A: 1, B: 2}, new(int)).Done
		require.NoError(w.t, call.Err)
		if !slices.Contains(addrs, call.Addr) {
			addrs = append(addrs, call.Addr)
		}
		synctest.Wait() // every connection that is being made has been
	}
	slices.Sort(addrs)
	return addrs
}

// moody answers UNAVAILABLE to as many calls as it is told to.
type moody struct {
	arithpb.UnimplementedArithServer
	calls, refuses atomic.Int64
}

func (m *moody) Sum(context.Context, *arithpb.Args) (*arithpb.Number, error) {
	if m.calls.Add(1) <= m.refuses.Load() {
		return nil, status.Error(codes.Unavailable, "not now")
	}
	return new(arithpb.Number), nil
}

func (w *world) serveMoody(addr string, refuses int64) *moody {
	w.t.Helper()
	m := new(moody)
	m.refuses.Store(refuses)
	w.serveOther(addr, func(srv *grpc.Server) {
		arithpb.RegisterArithServer(srv, m)
		healthy := health.NewServer()
		healthy.SetServingStatus(arithpb.Arith_ServiceDesc.ServiceName, grpc_health_v1.HealthCheckResponse_SERVING)
		grpc_health_v1.RegisterHealthServer(srv, healthy)
	})
	return m
}

// serveOther serves what is registered at addr, until the test ends.
func (w *world) serveOther(addr string, register func(*grpc.Server)) {
	w.t.Helper()
	l, err := w.net.Listen(addr)
	require.NoError(w.t, err)
	srv := grpc.NewServer()
	register(srv)
	done := make(chan struct{})
	go func() { defer close(done); srv.Serve(l) }()
	w.t.Cleanup(func() { srv.Stop(); <-done })
}
