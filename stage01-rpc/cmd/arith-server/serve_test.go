package main

import (
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage01-rpc/arith"
	"example.com/workshop/stage01-rpc/internal/cmdtest"
)

// serve starts a server that depends on no other process, on a free port.
func serve(t *testing.T, args ...string) *cmdtest.Process {
	t.Helper()
	return startAlone(t, append([]string{"-listen", "127.0.0.1:0"}, args...)...)
}

// startAlone starts a server that depends on no other process.
func startAlone(t *testing.T, args ...string) *cmdtest.Process {
	t.Helper()
	return cmdtest.Start(t, append(slices.Clone(alone), args...)...)
}

// dialTCP is what a program without this workshop's client does.
func dialTCP(addr string) (*rpc.Client, error) { return rpc.Dial("tcp", addr) }

func requireProduct(t *testing.T, c *rpc.Client) {
	t.Helper()
	var product int
	require.NoError(t, c.Call("Arith.Multiply", arith.Args{A: 7, B: 8}, &product))
	require.Equal(t, 56, product)
}

func TestAPlainPeerIsServedOnEveryTransport(t *testing.T) {
	for transport, dial := range map[string]func(addr string) (*rpc.Client, error){
		"tcp":     dialTCP,
		"http":    func(addr string) (*rpc.Client, error) { return rpc.DialHTTP("tcp", addr) },
		"jsonrpc": func(addr string) (*rpc.Client, error) { return jsonrpc.Dial("tcp", addr) },
	} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			c, err := dial(serve(t, "-transport", transport).Addr())
			require.NoError(t, err)
			defer c.Close()
			requireProduct(t, c)
		})
	}
}

func TestStandardOutputIsTheAddressAndNothingElse(t *testing.T) {
	t.Parallel()
	p := serve(t)
	addr := p.Addr()
	host, port, err := net.SplitHostPort(addr)
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1", host)
	require.NotEqual(t, "0", port, "the port must be the one that the system chose")
	c, err := dialTCP(addr)
	require.NoError(t, err)
	defer c.Close()
	requireProduct(t, c)
	require.NoError(t, p.Cmd.Process.Kill())
	require.Empty(t, p.Wait().Stdout)
}

func TestAnAddressThatCannotBeWrittenIsNoSuccess(t *testing.T) {
	t.Parallel()
	cmdtest.RequireWritten(t, "arith-server", append(slices.Clone(alone), "-listen", "127.0.0.1:0")...)
}

func TestDelayIsSpentByEveryCall(t *testing.T) {
	t.Parallel()
	c, err := dialTCP(serve(t, "-delay", "50ms").Addr())
	require.NoError(t, err)
	defer c.Close()
	began := time.Now()
	requireProduct(t, c)
	require.GreaterOrEqual(t, time.Since(began), 50*time.Millisecond)
}
