package server_test

import (
	"context"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/arith"
	"example.com/workshop/stage02-registry/server"
)

func TestTheStandardClientsAreServed(t *testing.T) {
	for network, dial := range dialTCP {
		t.Run(network, func(t *testing.T) {
			_, addr := tcp(t, network, server.Options{})
			c, err := dial("tcp", addr)
			require.NoError(t, err)
			defer c.Close()
			for range 2 {
				requireWorks(t, c, network)
				err = c.Call("Arith.Divide", arith.Args{A: 7}, new(arith.Quotient))
				require.Equal(t, rpc.ServerError("divide by zero"), err)
				require.ErrorContains(t, c.Call("Arith.Power", arith.Args{}, new(int)), "rpc: can't find method Arith.Power")
				require.ErrorContains(t, c.Call("Physics.Work", arith.Args{}, new(int)), "rpc: can't find service Physics.Work")
			}
		})
	}
}

func TestArgumentsOfTheWrongTypeAreAnErrorForTheirCallerAlone(t *testing.T) {
	for _, network := range []string{"tcp", "jsonrpc"} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := start(t, network, server.Options{}).client(t, network)
				for range 2 {
					err := c.Call("Arith.Multiply", "seven by eight", new(int))
					require.IsType(t, rpc.ServerError(""), err)
					requireWorks(t, c, "the call after the bad one")
				}
			})
		})
	}
}

func TestServeRefusesAnUnknownNetwork(t *testing.T) {
	h := newHost(t, server.Options{})
	l := h.listen(t)
	require.EqualError(t, h.Serve(l, "udp"), `server: unknown network "udp": want tcp, http or jsonrpc`)
	_, err := l.Accept()
	require.ErrorIs(t, err, net.ErrClosed, "Serve closes the listener whatever happens")
}

func TestServeOnSeveralListenersAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		l, err := h.network.Listen("host:2")
		require.NoError(t, err)
		second := make(chan error, 1)
		go func() { second <- h.Serve(l, "jsonrpc") }()
		conn, err := h.network.DialContext(t.Context(), "tcp", "host:2")
		require.NoError(t, err)
		c := jsonrpc.NewClient(conn)
		defer c.Close()
		requireWorks(t, c, "the second listener")
		requireWorks(t, h.client(t, "tcp"), "the first listener")
		require.NoError(t, h.Shutdown(t.Context()))
		require.Equal(t, server.ErrServerClosed, <-h.served)
		require.Equal(t, server.ErrServerClosed, <-second)
	})
}

func TestServeReturnsWhyAcceptingEnded(t *testing.T) {
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, network, server.Options{})
				before := h.client(t, network)
				synctest.Wait()
				h.listener.Close() // by somebody else than Shutdown
				err := <-h.served
				require.ErrorIs(t, err, net.ErrClosed, "accept must return the listener's own error, also if that is closed; Serve says whether it was stopped")
				require.NotErrorIs(t, err, server.ErrServerClosed)
				requireWorks(t, before, "a connection that was accepted before")
			})
		})
	}
}

func TestServeAfterShutdownClosesItsListener(t *testing.T) {
	h := newHost(t, server.Options{})
	require.NoError(t, h.Shutdown(context.Background()))
	l := h.listen(t)
	require.Equal(t, server.ErrServerClosed, h.Serve(l, "tcp"))
	_, err := l.Accept()
	require.ErrorIs(t, err, net.ErrClosed)
}
