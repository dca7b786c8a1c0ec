package main

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/grpcarith"
	"example.com/workshop/stage05-etcd/grpcresolver"
	"example.com/workshop/stage05-etcd/internal/cmdtest"
	"example.com/workshop/stage05-etcd/mtls"
	"example.com/workshop/stage05-etcd/registry"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// serveGRPC serves Arith over gRPC on a free port until the test ends.
func serveGRPC(t *testing.T, cfg *tls.Config) (addr string) {
	t.Helper()
	l := listen(t)
	srv := grpcarith.NewServer(new(arith.Arith), grpcarith.ServerOptions{TLS: cfg, Logger: quiet})
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		require.NoError(t, srv.Shutdown(ctx))
		require.NoError(t, <-served)
	})
	return l.Addr().String()
}

// overGRPC is the entry of a server that speaks gRPC at addr, and of whose
// net/rpc no caller may make use here.
func overGRPC(t *testing.T, addr string) registry.Instance {
	t.Helper()
	return registry.Instance{
		Service: "Arith", ID: addr, Addr: nobody(t), Weight: 1,
		Metadata: map[string]string{grpcresolver.MetadataKey: addr},
	}
}

func TestAnOperationOverGRPCPrintsItsResult(t *testing.T) {
	addr := serveGRPC(t, nil)
	for operation, want := range map[string]string{
		"multiply 7 8": "7 * 8 = 56",
		"sum 7 8":      "7 + 8 = 15",
		"divide 7 2":   "7 / 2 = 3 remainder 1",
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			got := cmdtest.Start(t, append([]string{"-grpc", "-addr", addr}, strings.Fields(operation)...)...).Wait()
			require.Equal(t, cmdtest.Outcome{Stdout: want + "\n"}, got)
		})
	}
	t.Run("divide by zero", func(t *testing.T) {
		t.Parallel()
		got := cmdtest.Start(t, "-grpc", "-addr", addr, "divide", "7", "0").Wait()
		cmdtest.RequireOneLine(t, got, 1, "arith-client: Arith.Divide on "+addr+": divide by zero")
	})
}

func TestGRPCServersAreLookedUpInEitherRegistry(t *testing.T) {
	for _, kind := range []string{"http", "etcd"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			one, other := serveGRPC(t, nil), serveGRPC(t, nil)
			var url string
			if kind == "etcd" {
				url = serveEtcd(t, mtls.Files{}, overGRPC(t, one), overGRPC(t, other))
			} else {
				url = serveRegistry(t, "", "")
				r, err := registry.NewClient(url, registry.ClientOptions{})
				require.NoError(t, err)
				t.Cleanup(r.Close)
				for _, addr := range []string{one, other} {
					_, err = r.Register(t.Context(), overGRPC(t, addr))
					require.NoError(t, err)
				}
			}
			require.Equal(t, cmdtest.Outcome{Stdout: "7 * 8 = 56\n"}, cmdtest.Start(t, "-grpc", "-registry", url, "-timeout", "10s", "multiply", "7", "8").Wait())

			got := cmdtest.Start(t, "-grpc", "-registry", url, "-timeout", "10s", "-rate", "100", "-for", "400ms", "-json").Wait()
			require.Zero(t, got.Code, got.Stderr)
			require.Empty(t, got.Stderr)
			_, total := parseLoad(t, got.Stdout) // whose keys are those of a load over net/rpc
			require.Equal(t, []int{40, 40, 0}, []int{total.Sent, total.OK, total.Failed})
			require.Equal(t, 40, total.Servers[one]+total.Servers[other])
			require.NotZero(t, total.Servers[one])
			require.NotZero(t, total.Servers[other])
		})
	}
}

func TestALoadOverGRPCOnOneAddress(t *testing.T) {
	t.Parallel()
	addr := serveGRPC(t, nil)
	got := cmdtest.Start(t, "-grpc", "-addr", addr, "-rate", "50", "-for", "100ms", "-json").Wait()
	require.Zero(t, got.Code, got.Stderr)
	_, total := parseLoad(t, got.Stdout)
	require.Empty(t, cmp.Diff(total.Servers, map[string]int{addr: 5}))
	require.Empty(t, cmp.Diff(total.Errors, map[string]int{"broken": 0, "other": 0, "refused": 0, "timeout": 0, "unreachable": 0}))
}

func TestAGRPCCallThatFailsIsOneLineAndExitsWith1(t *testing.T) {
	dead, rpcOnly := nobody(t), serveArith(t)
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"nobody listens": {[]string{"-addr", dead}, "Arith.Multiply on " + dead + ": " + refusal(t, dead)},
		"no instances":   {[]string{"-registry", serveRegistry(t, "", "")}, "Arith.Multiply on registry:///Arith: no instances"},
		"net/rpc only":   {[]string{"-registry", serveRegistry(t, "Arith", rpcOnly)}, "Arith.Multiply on registry:///Arith: no instances"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := cmdtest.Start(t, append(append([]string{"-grpc"}, tt.args...), "multiply", "7", "8")...).Wait()
			cmdtest.RequireOneLine(t, got, 1, "arith-client: "+tt.want)
		})
	}
}
