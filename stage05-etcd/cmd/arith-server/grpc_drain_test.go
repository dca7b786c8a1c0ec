//go:build unix

package main

import (
	"io"
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"

	"example.com/workshop/stage05-etcd/grpcarith"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
	"example.com/workshop/stage05-etcd/internal/cmdtest"
)

// dialGRPC is what a program without this workshop's client does.
func dialGRPC(t *testing.T, addr string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient("passthrough:///"+addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

// watchHealth returns a function that waits for the server's next word on its
// health.
func watchHealth(t *testing.T, addr string) (next func() string) {
	t.Helper()
	watch, err := grpc_health_v1.NewHealthClient(dialGRPC(t, addr)).Watch(t.Context(), new(grpc_health_v1.HealthCheckRequest))
	require.NoError(t, err)
	return func() string {
		t.Helper()
		state, err := watch.Recv()
		require.NoError(t, err)
		return state.Status.String()
	}
}

func TestGRPCServesUntilTheListSaysThatItWantsNoMoreCalls(t *testing.T) {
	t.Parallel()
	r := watchRegistry(t)
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-grpc", "127.0.0.1:0", "-registry", r.url)
	r.next(t, "/register").goOn()
	p.Addr()
	addr := grpcAddr(t, p)
	next := watchHealth(t, addr)
	require.Equal(t, "SERVING", next())
	p.Said("registered")

	p.Signal(syscall.SIGTERM)
	goodbye := r.next(t, "/register")
	requireServesGRPC(t, addr, grpcarith.ClientOptions{}) // to whoever has found it on the list just now
	require.Equal(t, "SERVING", watchHealth(t, addr)())
	goodbye.goOn()
	require.Equal(t, "NOT_SERVING", next())
	deregistration := r.next(t, "/deregister")
	_, err := arithpb.NewArithClient(dialGRPC(t, addr)).Sum(t.Context(), new(arithpb.Args))
	require.NoError(t, err, "who does not ask is served a while longer")
	deregistration.goOn()
	require.Equal(t, cmdtest.Outcome{}, p.Wait())
}

func TestASignalDrainsTheCallInProgressOverGRPC(t *testing.T) {
	t.Parallel()
	p := serve(t, "-grpc", "127.0.0.1:0", "-delay", "300ms")
	p.Addr()
	conn := dialGRPC(t, grpcAddr(t, p))
	call, err := conn.NewStream(t.Context(), new(grpc.StreamDesc), arithpb.Arith_Multiply_FullMethodName)
	require.NoError(t, err)
	require.NoError(t, call.SendMsg(&arithpb.Args{A: 7, B: 8}))
	require.NoError(t, call.CloseSend())
	// The server reads the requests of a connection one after the other.
	_, err = grpc_health_v1.NewHealthClient(conn).Check(t.Context(), new(grpc_health_v1.HealthCheckRequest))
	require.NoError(t, err)

	p.Signal(syscall.SIGTERM)
	var product arithpb.Number
	require.NoError(t, call.RecvMsg(&product), "the server has cut off a call that it had accepted")
	require.EqualValues(t, 56, product.Value)
	require.Equal(t, cmdtest.Outcome{}, p.Wait())
}

// TestAFrozenClientWithoutACallMakesNoFailedStop: gRPC waits for six seconds for a client that
// does not answer its goodbye, which must be less than drainTime.
func TestAFrozenClientWithoutACallMakesNoFailedStop(t *testing.T) {
	t.Parallel()
	p := serve(t, "-grpc", "127.0.0.1:0")
	p.Addr()
	frozen, err := net.Dial("tcp", grpcAddr(t, p))
	require.NoError(t, err)
	defer frozen.Close()
	_, err = io.WriteString(frozen, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00") // and empty settings
	require.NoError(t, err)
	_, err = io.ReadFull(frozen, make([]byte, 9)) // the server's own: it has heard of the client
	require.NoError(t, err)
	p.Signal(syscall.SIGTERM)
	require.Equal(t, cmdtest.Outcome{}, p.Wait())
}
