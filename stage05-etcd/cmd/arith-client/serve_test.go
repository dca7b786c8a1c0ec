package main

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/server"
)

// serve serves rcvr as Arith on a free port until the test ends.
func serve(t *testing.T, transport string, rcvr any) (addr string) {
	t.Helper()
	l := listen(t)
	srv := server.New(server.Options{})
	require.NoError(t, srv.RegisterName("Arith", rcvr))
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l, transport) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		require.NoError(t, srv.Shutdown(ctx))
		require.Equal(t, server.ErrServerClosed, <-served)
	})
	return l.Addr().String()
}

func serveArith(t *testing.T) (addr string) {
	t.Helper()
	return serve(t, "tcp", new(arith.Arith))
}

// listen listens on a free port. Until somebody accepts, its peers are
// connected, and never answered.
func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

// nobody is an address where nobody listens. It stays so until the test ends,
// because the port belongs to the near end of a connection.
func nobody(t *testing.T) (addr string) {
	t.Helper()
	c, err := net.Dial("tcp", listen(t).Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return c.LocalAddr().String()
}

// refusal is what the system says about addr.
func refusal(t *testing.T, addr string) string {
	t.Helper()
	_, err := net.Dial("tcp", addr)
	require.Error(t, err)
	return err.Error()
}
