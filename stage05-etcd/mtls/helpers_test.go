package mtls_test

import (
	"context"
	"crypto/tls"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/mtls"
	"example.com/workshop/stage05-etcd/server"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var networks = []string{"tcp", "http", "jsonrpc"}

// serve serves Arith, over TLS if files are given, until the test ends.
func serve(t *testing.T, files mtls.Files, network string) (addr string) {
	t.Helper()
	srv := server.New(server.Options{Logger: logtest.Quiet()})
	require.NoError(t, srv.Register(new(arith.Arith)))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr = l.Addr().String()
	if cfg := serverConfig(t, files); cfg != nil {
		l = mtls.NewListener(l, cfg, mtls.Options{Logger: logtest.Quiet()})
	}
	done := make(chan error)
	go func() { done <- srv.Serve(l, network) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		require.NoError(t, srv.Shutdown(ctx))
		require.ErrorIs(t, <-done, server.ErrServerClosed)
	})
	return addr
}

// call multiplies once, over TLS if files are given.
func call(t *testing.T, files mtls.Files, network, addr string) (product int, err error) {
	t.Helper()
	cfg, err := files.Client()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	conn, err := client.Dial(ctx, network, addr, client.Options{DialContext: mtls.Dialer(cfg, mtls.Options{})})
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	err = conn.Call(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, &product)
	return product, err
}

func serverConfig(t *testing.T, files mtls.Files) *tls.Config {
	t.Helper()
	cfg, err := files.Server()
	require.NoError(t, err)
	return cfg
}
