package workshop_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/arith"
	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
	"example.com/workshop/stage04-balancing/server"
)

var quiet = slog.New(slog.DiscardHandler)

// world is a network in memory with a registry on it.
type world struct {
	t        *testing.T
	network  memnet.Network
	registry *machine
}

const registryAddr = "registry:8500"

func newWorld(t *testing.T) *world {
	w := &world{t: t}
	store := registry.NewStore(registry.Options{Logger: quiet})
	w.registry = w.machine(registryAddr)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan struct{})
	go store.Run(ctx)
	go func() {
		defer close(served)
		registry.Serve(ctx, w.registry, registry.Handler(store))
	}()
	t.Cleanup(func() { stop(); <-served })
	return w
}

// machine runs one program, until it dies.
type machine struct {
	net.Listener
	life context.Context
	stop context.CancelFunc

	mu    sync.Mutex // guards the field below
	conns []net.Conn
}

func (w *world) machine(addr string) *machine {
	l, err := w.network.Listen(addr)
	require.NoError(w.t, err)
	m := &machine{Listener: l}
	m.life, m.stop = context.WithCancel(context.Background())
	w.t.Cleanup(m.die)
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

// die is what a crash looks like from the network: no listener, and every
// connection cut in the middle of whatever it was doing.
func (m *machine) die() {
	m.stop()
	m.Listener.Close()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.conns {
		c.Close()
	}
}

// discovery returns a client of the registry that lives as long as ctx.
func (w *world) discovery(ctx context.Context) *registry.Client {
	transport := &http.Transport{DialContext: w.network.DialContext}
	c, err := registry.NewClient("http://"+registryAddr, registry.ClientOptions{Transport: transport, Logger: quiet})
	require.NoError(w.t, err)
	context.AfterFunc(ctx, c.Close)
	return c
}

// serve starts a server that keeps itself registered, as id, from wherever it
// is.
func (w *world) serve(id, addr string) *machine {
	m := w.machine(addr)
	srv := server.New(server.Options{Logger: quiet})
	require.NoError(w.t, srv.Register(new(arith.Arith)))
	go srv.Serve(m, "tcp")
	w.t.Cleanup(func() { srv.Shutdown(context.Background()) })
	in := registry.Instance{Service: "Arith", ID: id, Addr: addr, Weight: 1}
	go w.discovery(m.life).Register(m.life, in)
	return m
}

func (w *world) client() *client.Client {
	life, stop := context.WithCancel(context.Background())
	c, err := client.New(w.discovery(life), "Arith", client.Options{
		DialContext: w.network.DialContext, Logger: quiet, Idempotent: []string{"Arith.Multiply"},
	})
	require.NoError(w.t, err)
	w.t.Cleanup(func() { c.Close(); stop() })
	return c
}

// call multiplies and returns the server that answered.
func call(t *testing.T, c *client.Client) (addr string, err error) {
	call := <-c.Go(t.Context(), "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int)).Done
	return call.Addr, call.Err
}

// TestNoCallFailsWhenAServerDies turns the limit of stage 03 around. The dead
// server is still listed, and no call fails, because the client tries another
// one; and calls go to all servers, because a balancer chooses.
func TestNoCallFailsWhenAServerDies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		dies := w.serve("1", "host-1:1234")
		w.serve("2", "host-2:1234")
		w.serve("3", "host-3:1234")
		synctest.Wait()
		c := w.client()
		answers := map[string]int{}
		calls := func(d time.Duration) {
			for began := time.Now(); time.Since(began) < d; time.Sleep(10 * time.Millisecond) {
				addr, err := call(t, c)
				require.NoError(t, err, "%v after the start: see the chapter of stage 04", time.Since(began))
				answers[addr]++
			}
		}
		calls(10 * time.Second)
		require.Len(t, answers, 3)
		for addr, n := range answers {
			require.InDelta(t, 333, n, 150, addr)
		}

		dies.die()
		answers = map[string]int{}
		calls(9 * time.Second) // its lease lasts at least ten after its last heartbeat
		require.Len(t, c.Stats().Instances, 3, "it has not been evicted yet")
		require.Len(t, answers, 2)
		calls(20 * time.Second)
		require.Len(t, c.Stats().Instances, 2, "it has been evicted")
	})
}

// TestAServerThatMovesIsNeverFoundWithoutTheRegistrysMachine is what stage 04
// cannot do. The registry is one process on one machine. When that is gone the
// last list serves on; but a server that moves has nobody to tell, and its
// clients have nobody to ask, for as long as anyone cares to wait.
func TestAServerThatMovesIsNeverFoundWithoutTheRegistrysMachine(t *testing.T) {
	const lesson = "a server that moved was found without the registry's machine; it must not be before stage 05, where the " +
		"registry is etcd on three machines: see the last step of chapter 04 and limits_test.go"
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		moves := w.serve("1", "host-1:1234")
		synctest.Wait()
		c := w.client()
		_, err := call(t, c)
		require.NoError(t, err)

		w.registry.die()
		for began := time.Now(); time.Since(began) < time.Hour; time.Sleep(10 * time.Second) {
			_, err := call(t, c)
			require.NoError(t, err, "the last list serves on")
		}
		require.True(t, c.Stats().Stale)

		moves.die()
		w.serve("1", "host-2:1234")
		conn, err := client.Dial(t.Context(), "tcp", "host-2:1234", client.Options{DialContext: w.network.DialContext})
		require.NoError(t, err)
		defer conn.Close()
		for began := time.Now(); time.Since(began) < time.Hour; time.Sleep(10 * time.Second) {
			require.NoError(t, conn.Call(t.Context(), "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int)), "for whoever knows where")
			_, err := call(t, c)
			require.Error(t, err, lesson)
		}
	})
}
