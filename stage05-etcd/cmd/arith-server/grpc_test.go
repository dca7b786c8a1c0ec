package main

import (
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/grpcarith"
	"example.com/workshop/stage05-etcd/internal/cmdtest"
	"example.com/workshop/stage05-etcd/registry"
)

// grpcAddr waits for the line that says where the command serves gRPC.
func grpcAddr(t *testing.T, p *cmdtest.Process) string {
	t.Helper()
	line := p.Line()
	addr, ok := strings.CutPrefix(line, "grpc ")
	require.True(t, ok, "the line is %q", line)
	return addr
}

// requireServesGRPC makes a good call over gRPC.
func requireServesGRPC(t *testing.T, addr string, opts grpcarith.ClientOptions) {
	t.Helper()
	c, err := grpcarith.Dial(addr, opts)
	require.NoError(t, err)
	defer c.Close()
	var product int
	require.NoError(t, c.Call(t.Context(), "Arith.Multiply", arith.Args{A: 7, B: 8}, &product))
	require.Equal(t, 56, product)
}

func TestGRPCIsServedBesideNetRPCAndWrittenDownInTheEntry(t *testing.T) {
	t.Parallel()
	s := newStore()
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-grpc", "127.0.0.1:0", "-registry", serveRegistry(t, registry.Handler(s)))
	addr, overGRPC := p.Addr(), grpcAddr(t, p)
	requireServes(t, addr)
	requireServesGRPC(t, overGRPC, grpcarith.ClientOptions{})
	p.Said("registered")
	in := s.Instances("Arith")[0]
	require.Equal(t, addr, in.Addr)
	require.Equal(t, overGRPC, in.Metadata["grpc"])
}

func TestTheAdvertisedHostIsWhereGRPCIsToo(t *testing.T) {
	t.Parallel()
	s := newStore()
	p := cmdtest.Start(t, "-listen", "0.0.0.0:0", "-grpc", "0.0.0.0:0", "-advertise", "server-1.example.com:1234",
		"-registry", serveRegistry(t, registry.Handler(s)))
	p.Addr()
	_, port, err := net.SplitHostPort(grpcAddr(t, p))
	require.NoError(t, err)
	p.Said("registered")
	require.Equal(t, "server-1.example.com:"+port, s.Instances("Arith")[0].Metadata["grpc"])
}

func TestGRPCOnEveryInterfaceNeedsNoNameWithoutARegistry(t *testing.T) {
	t.Parallel()
	p := startAlone(t, "-listen", "127.0.0.1:0", "-grpc", ":0")
	p.Addr()
	_, port, err := net.SplitHostPort(grpcAddr(t, p))
	require.NoError(t, err)
	requireServesGRPC(t, "127.0.0.1:"+port, grpcarith.ClientOptions{})
}

func TestAGRPCPortInUseIsOneLineAndExitsWith1(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	_, inUse := net.Listen("tcp", l.Addr().String())
	cmdtest.RequireOneLine(t, serve(t, "-grpc", l.Addr().String()).Wait(), 1, "arith-server: "+inUse.Error()+" (-grpc HOST:PORT chooses another)")
}
