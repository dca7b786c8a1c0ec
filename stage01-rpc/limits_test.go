package stage01_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage01-rpc/arith"
	"example.com/workshop/stage01-rpc/client"
	"example.com/workshop/stage01-rpc/internal/memnet"
	"example.com/workshop/stage01-rpc/server"
)

// machine runs one server, until it dies.
type machine struct {
	net.Listener
	mu    sync.Mutex // guards the field below
	conns []net.Conn
}

func startMachine(t *testing.T, network *memnet.Network, addr string) *machine {
	t.Helper()
	l, err := network.Listen(addr)
	require.NoError(t, err)
	m := &machine{Listener: l}
	srv := server.New(server.Options{})
	require.NoError(t, srv.Register(new(arith.Arith)))
	go srv.Serve(m, "tcp")
	t.Cleanup(func() { srv.Shutdown(context.Background()) })
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

// TestAClientKnowsOneAddress is what stage 01 cannot do. The server dies and
// the same service is up again elsewhere at once, but no call reaches it for as
// long as anyone cares to wait: the client has an address, and nobody whom it
// could ask for another.
func TestAClientKnowsOneAddress(t *testing.T) {
	const lesson = "a client of stage 01 reached the service after its server had died; it must not before stage 02, " +
		"where a registry gives it a name to look up instead of an address: see the last step of chapter 01 and limits_test.go"
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		opts := client.Options{DialContext: network.DialContext}
		multiply := func(c *client.Conn) error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			return c.Call(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int))
		}
		dial := func(addr string) (*client.Conn, error) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			return client.Dial(ctx, "tcp", addr, opts)
		}

		first := startMachine(t, &network, "host-1:1234")
		conn, err := dial("host-1:1234")
		require.NoError(t, err)
		defer conn.Close()
		require.NoError(t, multiply(conn), "before its death the server answers")

		first.die()
		startMachine(t, &network, "host-2:1234")
		elsewhere, err := dial("host-2:1234")
		require.NoError(t, err)
		defer elsewhere.Close()

		for began := time.Now(); time.Since(began) < time.Hour; time.Sleep(10 * time.Second) {
			require.NoError(t, multiply(elsewhere), "the service is up, for whoever knows where")
			require.Error(t, multiply(conn), lesson)
			again, err := dial(conn.Addr())
			if err == nil {
				again.Close()
			}
			require.Error(t, err, lesson)
		}
	})
}
