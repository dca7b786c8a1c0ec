package workshop_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage01-rpc/arith"
	"example.com/workshop/stage01-rpc/client"
	"example.com/workshop/stage01-rpc/internal/machine"
	"example.com/workshop/stage01-rpc/internal/memnet"
	"example.com/workshop/stage01-rpc/server"
)

// serveArith starts a machine that serves Arith.
func serveArith(t *testing.T, network *memnet.Network, addr string) *machine.Machine {
	t.Helper()
	m := machine.Start(t, network, addr)
	srv := server.New(server.Options{})
	require.NoError(t, srv.Register(new(arith.Arith)))
	go srv.Serve(m, "tcp")
	t.Cleanup(func() { srv.Shutdown(context.Background()) })
	return m
}

// TestAClientKnowsOneAddress is what stage 01 cannot do. The server dies and
// the same service is up again elsewhere at once, but no call reaches it for as
// long as anyone cares to wait: the client has an address, and nobody whom it
// could ask for another.
func TestAClientKnowsOneAddress(t *testing.T) {
	const lesson = "a client of stage 01 reached the service after its server had died; it must not before stage 02, " +
		"where a registry gives it a name to look up instead of an address"
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		multiply := func(addr string) error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			conn, err := client.Dial(ctx, "tcp", addr, client.Options{DialContext: network.DialContext})
			if err != nil {
				return err
			}
			defer conn.Close()
			return conn.Call(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int))
		}
		first := serveArith(t, &network, "host-1:1234")
		conn, err := client.Dial(t.Context(), "tcp", "host-1:1234", client.Options{DialContext: network.DialContext})
		require.NoError(t, err)
		defer conn.Close()
		require.NoError(t, conn.Call(t.Context(), "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int)))

		first.Kill()
		serveArith(t, &network, "host-2:1234")
		for began := time.Now(); time.Since(began) < time.Hour; time.Sleep(10 * time.Second) {
			require.NoError(t, multiply("host-2:1234"), "the service is up, for whoever knows where")
			require.Error(t, conn.Call(t.Context(), "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int)), lesson)
			require.Error(t, multiply(conn.Addr()), lesson)
		}
	})
}
