package server_test

import (
	"io"
	"net/rpc"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/server"
)

func TestLargeRequestsOfManyPeersHaveABound(t *testing.T) {
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, network, server.Options{MaxHeld: 500_000})
				echo := func(c *rpc.Client, size int) error { return c.Call("Odd.Echo", make([]byte, size), new([]byte)) }
				first := h.client(t, network)
				for range 3 {
					require.NoError(t, echo(first, 300_000), "the room is the connection's own")
				}
				err := echo(h.client(t, network), 300_000)
				require.Error(t, err, seeN5)
				require.NotErrorAs(t, err, new(rpc.ServerError), "an answer would say that the method refused")
				require.Equal(t, 1, strings.Count(h.log.String(), "too many large requests"), h.log.String())
				for range 20 {
					require.NoError(t, echo(h.client(t, network), 40_000), "small requests are served")
				}
				require.NoError(t, echo(first, 300_000))
				first.Close()
				synctest.Wait()
				require.NoError(t, echo(h.client(t, network), 300_000), "there is room again")
			})
		})
	}
}

func TestALongNameIsNotKeptUntilItIsAnswered(t *testing.T) {
	long := strings.Repeat("x", 2000)
	for network, request := range map[string]string{
		"tcp":     gobOf(t, rpc.Request{ServiceMethod: long + ".A"}, 7),
		"jsonrpc": `{"method":"` + long + `.A","params":[7],"id":1}`,
		"an id":   `{"method":"Odd.Echo","params":["eA=="],"id":"` + long + `"}`,
	} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, strings.Replace(network, "an id", "jsonrpc", 1), server.Options{})
				conn := h.dial(t)
				go io.WriteString(conn, request)
				require.NotContains(t, requireHangsUp(t, conn, 0), long)
				require.Contains(t, h.log.String(), "connection closed")
			})
		})
	}
}
