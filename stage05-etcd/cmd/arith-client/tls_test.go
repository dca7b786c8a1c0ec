package main

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/internal/cmdtest"
	"example.com/workshop/stage05-etcd/mtls"
	"example.com/workshop/stage05-etcd/registry"
	"example.com/workshop/stage05-etcd/server"
)

// serveTLS serves Arith over net/rpc and over gRPC until the test ends.
func serveTLS(t *testing.T, files mtls.Files) (addr, overGRPC string) {
	t.Helper()
	cfg, err := files.Server()
	require.NoError(t, err)
	l := mtls.NewListener(listen(t), cfg, mtls.Options{Logger: quiet})
	srv := server.New(server.Options{})
	require.NoError(t, srv.Register(new(arith.Arith)))
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l, "tcp") }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		require.NoError(t, srv.Shutdown(ctx))
		require.Equal(t, server.ErrServerClosed, <-served)
	})
	return l.Addr().String(), serveGRPC(t, cfg)
}

func TestOverTLSEachSideMustTrustTheOther(t *testing.T) {
	_, ofServer, ofClient := certstest.New(t)
	_, _, ofOther := certstest.New(t)
	trusting := ofOther
	trusting.CA = ofServer.CA
	addr, grpcAddr := serveTLS(t, ofServer)
	const refused = " (remote error: tls: unknown certificate authority)"
	for name, tt := range map[string]struct {
		files mtls.Files
		want  string
	}{
		"a client of the CA":     {ofClient, ""},
		"a plain client":         {mtls.Files{}, mtls.ErrTLSRequired.Error() + ": give -tls-cert, -tls-key and -tls-ca"},
		"a client of another CA": {trusting, mtls.ErrRefused.Error() + ": -tls-cert must be of its CA, and for clients" + refused},
		"a server of another CA": {ofOther, mtls.ErrUnknownCA.Error()},
	} {
		for protocol, args := range map[string][]string{
			"net/rpc": {"-addr", addr}, "gRPC": {"-grpc", "-addr", grpcAddr},
		} {
			t.Run(name+" over "+protocol, func(t *testing.T) {
				t.Parallel()
				args := certstest.Args(tt.files, append(args, "-timeout", "5s", "multiply", "7", "8")...)
				got := cmdtest.Start(t, args...).Wait()
				if tt.want == "" {
					require.Equal(t, cmdtest.Outcome{Stdout: "7 * 8 = 56\n"}, got)
					return
				}
				require.Equal(t, 1, got.Code)
				require.Empty(t, got.Stdout)
				require.Regexp(t, "^arith-client: [^\n]*\n$", got.Stderr)
				require.Contains(t, got.Stderr, tt.want)
			})
		}
	}
}

func TestTLSWithAServerThatDoesNotSpeakItIsOneLineAndExitsWith1(t *testing.T) {
	t.Parallel()
	_, _, ofClient := certstest.New(t)
	addr := serveArith(t)
	got := cmdtest.Start(t, certstest.Args(ofClient, "-addr", addr, "multiply", "7", "8")...).Wait()
	require.Equal(t, 1, got.Code)
	require.Regexp(t, "^arith-client: [^\n]*"+mtls.ErrNotTLS.Error()+": leave out -tls-cert, -tls-key and -tls-ca\n$", got.Stderr)
}

func TestABroadcastOverTLS(t *testing.T) {
	t.Parallel()
	_, ofServer, ofClient := certstest.New(t)
	one, _ := serveTLS(t, ofServer)
	other, _ := serveTLS(t, ofServer)
	require.Equal(t, cmdtest.Outcome{
		Stdout: one + " acknowledged: 7 * 8 = 56\n" + other + " acknowledged: 7 * 8 = 56\n",
	}, cmdtest.Start(t, certstest.Args(ofClient, "broadcast", "7", "8", one, other)...).Wait())
	got := cmdtest.Start(t, "-timeout", "5s", "broadcast", "7", "8", one).Wait()
	require.Equal(t, 1, got.Code)
	require.Equal(t, "arith-client: 1 of 1 hosts did not acknowledge\n", got.Stderr)
	require.Contains(t, got.Stdout, mtls.ErrTLSRequired.Error())
}

func TestEtcdIsAskedOverTLSToo(t *testing.T) {
	t.Parallel()
	_, ofServer, ofClient := certstest.New(t)
	addr, grpcAddr := serveTLS(t, ofServer)
	in := overGRPC(t, grpcAddr)
	in.Addr = addr
	url := serveEtcd(t, ofServer, in)
	for _, args := range [][]string{nil, {"-grpc"}} {
		args = append(args, "-registry", url, "-timeout", "5s", "multiply", "7", "8")
		require.Equal(t, cmdtest.Outcome{Stdout: "7 * 8 = 56\n"}, cmdtest.Start(t, certstest.Args(ofClient, args...)...).Wait())
	}
}

func TestALoadOverTLS(t *testing.T) {
	t.Parallel()
	_, ofServer, ofClient := certstest.New(t)
	addr, grpcAddr := serveTLS(t, ofServer)
	url := serveEtcd(t, ofServer, registry.Instance{Service: "Arith", Addr: addr, Weight: 1})
	for want, args := range map[string][]string{addr: {"-registry", url}, grpcAddr: {"-grpc", "-addr", grpcAddr}} {
		got := cmdtest.Start(t, certstest.Args(ofClient, append(args, "-rate", "50", "-for", "100ms", "-json")...)...).Wait()
		require.Zero(t, got.Code, got.Stderr)
		_, total := parseLoad(t, got.Stdout)
		require.Equal(t, map[string]int{want: 5}, total.Servers)
	}
}
