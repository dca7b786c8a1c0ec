package stage05_test

import (
	"context"
	"flag"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/registry"
	"example.com/workshop/stage05-etcd/server"
)

// ttl is the shortest lease that these nodes grant.
const ttl = time.Second

var quiet = slog.New(slog.DiscardHandler)

// TestMain lets all tests run at the same time, for they spend it waiting.
func TestMain(m *testing.M) {
	flag.Parse()
	flag.Set("test.parallel", "8")
	os.Exit(m.Run())
}

// world has a registry of three machines, in real time: etcd knows no other.
type world struct {
	t     *testing.T
	nodes []*embedded.Node
	url   string
}

func newWorld(t *testing.T) *world {
	t.Parallel()
	nodes, err := embedded.StartCluster(t.Context(), 3, embedded.Quick())
	require.NoError(t, err)
	t.Cleanup(func() { embedded.CloseAll(nodes) })
	var addrs []string
	for _, n := range nodes {
		addrs = append(addrs, n.Addr())
	}
	return &world{t: t, nodes: nodes, url: etcd.Scheme + strings.Join(addrs, ",")}
}

// leader returns the node that leads the others.
func (w *world) leader() *embedded.Node {
	i := slices.IndexFunc(w.nodes, func(n *embedded.Node) bool { return n.Server.Leader() == n.Server.MemberID() })
	require.GreaterOrEqual(w.t, i, 0)
	return w.nodes[i]
}

func (w *world) registry() *etcd.Registry {
	r, err := etcd.Dial(w.url, etcd.Options{TTL: ttl, Logger: quiet})
	require.NoError(w.t, err)
	w.t.Cleanup(r.Close)
	return r
}

// machine runs a server, until it dies.
type machine struct {
	net.Listener
	stop func()

	mu    sync.Mutex // guards the field below
	conns []net.Conn
}

// serve starts a server that is registered as id before it returns.
func (w *world) serve(id string) *machine {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(w.t, err)
	m := &machine{Listener: l}
	life, stop := context.WithCancel(context.Background())
	m.stop = stop
	w.t.Cleanup(m.die)
	srv := server.New(server.Options{Logger: quiet})
	require.NoError(w.t, srv.Register(new(arith.Arith)))
	go srv.Serve(m, "tcp")
	w.t.Cleanup(func() { srv.Shutdown(context.Background()) })
	in := registry.Instance{Service: "Arith", ID: id, Addr: l.Addr().String(), Weight: 1}
	_, err = w.registry().Register(life, in)
	require.NoError(w.t, err)
	return m
}

// Accept notes whom the machine's death cuts off.
func (m *machine) Accept() (net.Conn, error) {
	c, err := m.Listener.Accept()
	if err == nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.conns = append(m.conns, c)
	}
	return c, err
}

// die is what a crash looks like from the network: nothing is said to anyone.
func (m *machine) die() {
	m.stop() // beats end, and the lease does not
	m.Listener.Close()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.conns {
		c.Close()
	}
}

func (w *world) client() *client.Client {
	c, err := client.New(w.registry(), "Arith", client.Options{Logger: quiet, Idempotent: []string{"Arith.Multiply"}})
	require.NoError(w.t, err)
	w.t.Cleanup(func() { c.Close() })
	return c
}

// call multiplies and returns the server that answered.
func (w *world) call(c *client.Client) string {
	call := <-c.Go(w.t.Context(), "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int)).Done
	require.NoError(w.t, call.Err, "see the chapter of stage 05")
	return call.Addr
}

// callUntil makes a call every few milliseconds, and none fails, until done says
// so.
func (w *world) callUntil(c *client.Client, done func(addr string) bool) {
	ticks := time.NewTicker(5 * time.Millisecond)
	defer ticks.Stop()
	for end := time.Now().Add(time.Minute); !done(w.call(c)); <-ticks.C {
		require.True(w.t, time.Now().Before(end), "nothing has changed in a minute")
	}
}

// listed reports whether the client's list has an instance of that id.
func listed(c *client.Client, id string) bool {
	return slices.ContainsFunc(c.Stats().Instances, func(in client.InstanceStats) bool { return in.ID == id })
}

// TestAServerThatMovesIsFoundWithoutOneOfTheRegistrysMachines turns the limit of
// stage 04 around: the machine that the registry needs most dies, then every
// server moves, and no call fails.
func TestAServerThatMovesIsFoundWithoutOneOfTheRegistrysMachines(t *testing.T) {
	w := newWorld(t)
	first, second := w.serve("1"), w.serve("2")
	c := w.client()
	w.callUntil(c, func(addr string) bool { return addr == first.Addr().String() })

	w.leader().Close()
	third := w.serve("3")
	first.die()
	w.callUntil(c, func(addr string) bool { return addr == third.Addr().String() })
	second.die()
	w.callUntil(c, func(string) bool { return !listed(c, "1") && !listed(c, "2") })
	fourth := w.serve("4")
	w.callUntil(c, func(string) bool { return listed(c, "4") }) // before the only other one is gone
	third.die()
	w.callUntil(c, func(addr string) bool { return addr == fourth.Addr().String() })
}

// TestWithoutAMajorityNobodyNewIsFound is the first thing that stage 05 cannot
// do. The nodes that are left cannot know whether the others are gone or only
// cut off, so they take no registration; the last list serves on.
func TestWithoutAMajorityNobodyNewIsFound(t *testing.T) {
	w := newWorld(t)
	w.serve("1")
	c := w.client()
	w.call(c)
	late := w.registry() // connected while there is a majority

	embedded.CloseAll(w.nodes[:2])
	refused, done := make(chan error, 1), false
	go func() {
		ctx, cancel := context.WithTimeout(t.Context(), 3*ttl)
		defer cancel()
		_, err := late.Register(ctx, registry.Instance{Service: "Arith", ID: "2", Addr: "127.0.0.1:1", Weight: 1})
		refused <- err
	}()
	w.callUntil(c, func(string) bool {
		select {
		case err := <-refused:
			require.ErrorIs(t, err, context.DeadlineExceeded, "it was registered without a majority")
			done = true
		default:
		}
		return done
	})
	require.True(t, c.Stats().Stale, "and the client knows how old its list is")
	require.False(t, listed(c, "2"))
}

// TestAnElectionGivesTheDeadAnotherTTL is the second. The time of a lease is
// kept by the leader alone, and a new one begins anew: a server that died just
// before stays listed for up to two TTLs, and only the client's failover hides
// it.
func TestAnElectionGivesTheDeadAnotherTTL(t *testing.T) {
	w := newWorld(t)
	w.serve("1")
	dies := w.serve("2")
	c := w.client()
	w.callUntil(c, func(addr string) bool { return addr == dies.Addr().String() })

	dies.die()
	killed := time.Now()
	w.callUntil(c, func(string) bool { return time.Since(killed) > ttl/2 })
	dethroned := time.Now()
	w.leader().Close()
	w.callUntil(c, func(string) bool { return !listed(c, "2") })
	require.Greater(t, time.Since(dethroned), ttl, "the new leader counts from the beginning")
}
