package client_test

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

// requireDialError holds err to what Dial promises.
func requireDialError(t *testing.T, err error, addr string) {
	t.Helper()
	failed, ok := errors.AsType[*client.CallError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, client.CallError{Op: "dial", Addr: addr, Err: failed.Err}, *failed)
	require.ErrorContains(t, err, addr)
}

func TestDialRefusesAnUnknownNetwork(t *testing.T) {
	_, err := client.Dial(t.Context(), "udp", "host:1", client.Options{})
	require.EqualError(t, err, `unknown network "udp": want tcp, http or jsonrpc`)
}

func TestDialReachesARealSocketByDefault(t *testing.T) {
	addr := deaf(t)
	c, err := client.Dial(t.Context(), "tcp", addr, client.Options{})
	require.NoError(t, err)
	require.NoError(t, c.Close())
}

func TestDialNamesTheAddressThatRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	l.Close()
	for _, network := range []string{"tcp", "http", "jsonrpc"} {
		_, err = client.Dial(t.Context(), network, addr, client.Options{})
		requireDialError(t, err, addr)
		require.Equal(t, client.Unreachable, client.OutcomeOf(err))
	}
}

func TestDialTakesAsLongAsItsContextLetsIt(t *testing.T) {
	for _, network := range []string{"tcp", "http", "jsonrpc"} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.listen(t, "host:1") // nobody accepts
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				began := time.Now()
				_, err := client.Dial(ctx, network, "host:1", n.options())
				requireDialError(t, err, "host:1")
				require.Equal(t, client.TimedOut, client.OutcomeOf(err))
				require.Equal(t, time.Minute, time.Since(began))
			})
		})
	}
}

func TestTheStreamMayBeAnyConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		var asked []string
		c, err := client.Dial(t.Context(), "tcp", "name:1", client.Options{
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				asked = append(asked, network, addr)
				return n.DialContext(ctx, network, "host:1")
			},
		})
		require.NoError(t, err)
		defer c.Close()
		requireWorks(t, c, "through a connection of the caller's choice")
		require.Equal(t, []string{"tcp", "name:1"}, asked)

		_, err = client.Dial(t.Context(), "tcp", "name:1", client.Options{
			DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, syscall.EHOSTUNREACH },
		})
		requireDialError(t, err, "name:1")
		require.ErrorIs(t, err, syscall.EHOSTUNREACH)
	})
}
