package stage02_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/arith"
	"example.com/workshop/stage02-registry/client"
	"example.com/workshop/stage02-registry/internal/memnet"
	"example.com/workshop/stage02-registry/registry"
	"example.com/workshop/stage02-registry/server"
)

// room is a network with a registry on it, and machines that serve Arith.
type room struct {
	t       *testing.T
	network memnet.Network
	store   *registry.Store
	client  *registry.Client
}

func newRoom(t *testing.T) *room {
	quiet := slog.New(slog.DiscardHandler)
	r := &room{t: t, store: registry.NewStore(registry.Options{})}
	l, err := r.network.Listen("registry:8500")
	require.NoError(t, err)
	var serving sync.WaitGroup
	serving.Go(func() { registry.Serve(t.Context(), l, registry.Handler(r.store)) })
	t.Cleanup(serving.Wait)
	r.client, err = registry.NewClient("http://registry:8500", registry.ClientOptions{
		Transport: &http.Transport{DialContext: r.network.DialContext},
		Logger:    quiet,
	})
	require.NoError(t, err)
	t.Cleanup(r.client.Close)
	return r
}

// caller returns a client that knows the service's name and no address.
func (r *room) caller() *client.Client {
	c := client.New(r.client, "Arith", client.Options{DialContext: r.network.DialContext})
	r.t.Cleanup(func() { c.Close() })
	return c
}

// multiply makes a call and returns who answered.
func multiply(t *testing.T, c *client.Client) (addr string, err error) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	call := <-c.Go(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int)).Done
	return call.Addr, call.Err
}

// machine runs one server, until it dies.
type machine struct {
	net.Listener
	server *server.Server
	entry  *registry.Registration

	mu    sync.Mutex // guards the field below
	conns []net.Conn
}

// start starts a server on a machine of its own and registers it.
func (r *room) start(addr string) *machine {
	r.t.Helper()
	l, err := r.network.Listen(addr)
	require.NoError(r.t, err)
	m := &machine{Listener: l, server: server.New(server.Options{})}
	require.NoError(r.t, m.server.Register(new(arith.Arith)))
	go m.server.Serve(m, "tcp")
	r.t.Cleanup(func() { m.server.Shutdown(context.Background()) })
	m.entry, err = r.client.Register(r.t.Context(), registry.Instance{Service: "Arith", Addr: addr, Weight: 1})
	require.NoError(r.t, err)
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
	m.Listener.Close()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.conns {
		c.Close()
	}
}

// TestAServerThatMovedIsFoundByItsName is what stage 01 could not do: the
// server leaves its address, and no call fails.
func TestAServerThatMovedIsFoundByItsName(t *testing.T) {
	const lesson = "see chapter 02: the client asks the registry where the service is now"
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		c := r.caller()
		before := r.start("host-1:1234")
		addr, err := multiply(t, c)
		require.NoError(t, err)
		require.Equal(t, "host-1:1234", addr)
		for move := range 10 {
			after := r.start(fmt.Sprintf("host-%d:1234", move+2))
			require.NoError(t, before.entry.Deregister(t.Context()))
			require.NoError(t, before.server.Shutdown(t.Context()))
			synctest.Wait()
			addr, err := multiply(t, c)
			require.NoError(t, err, lesson)
			require.Equal(t, after.Addr().String(), addr, lesson)
			before = after
		}
	})
}

// TestADeadServerStaysListed is what stage 02 cannot do. A server that dies
// says no goodbye, so the registry sends callers to it for as long as anyone
// cares to wait, and never to the healthy ones beside it.
func TestADeadServerStaysListed(t *testing.T) {
	const lesson = "a dead server of stage 02 was taken off the list; nobody does that before stage 03, " +
		"where a registration is a lease: see the last step of chapter 02"
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		first := r.start("host-1:1234")
		r.start("host-2:1234")
		r.start("host-3:1234")
		c := r.caller()
		_, err := multiply(t, c)
		require.NoError(t, err)
		first.die()
		synctest.Wait()
		for began := time.Now(); time.Since(began) < time.Hour; time.Sleep(10 * time.Second) {
			require.Len(t, r.store.Instances("Arith"), 3, lesson)
			_, err := multiply(t, c)
			require.Error(t, err, lesson)
			_, err = multiply(t, r.caller())
			require.Error(t, err, lesson)
		}
	})
}
