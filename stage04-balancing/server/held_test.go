package server_test

import (
	"encoding/gob"
	"io"
	"net/rpc"
	"strings"
	"sync/atomic"
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

func TestTypesOfManyPeersHaveABound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		types := typesWithoutEnd(t, 200)
		h := start(t, "tcp", server.Options{MaxHeld: int64(len(types)) * 35 * 3 / 2})
		define := func() io.Closer {
			conn := h.dial(t)
			go io.WriteString(conn, types)
			synctest.Wait()
			return conn
		}
		first := define()
		require.Empty(t, h.log.String())
		define()
		require.Equal(t, 1, strings.Count(h.log.String(), "message too large"), "what gob keeps of both is too much; "+seeN5)
		for range 200 {
			requireWorks(t, h.client(t, "tcp"), "an honest peer sends few")
		}
		first.Close()
		synctest.Wait()
		define()
		require.Equal(t, 1, strings.Count(h.log.String(), "message too large"), "there is room again")
	})
}

func TestRepliesThatManyPeersDoNotReadHaveABound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{MaxCalls: 1, MaxHeld: 3_000_000})
		ask := func(size int) (peer io.Closer, taken *atomic.Int64) {
			conn, taken := h.dial(t), new(atomic.Int64)
			go func() {
				for enc := gob.NewEncoder(conn); enc.Encode(rpc.Request{ServiceMethod: "Odd.Make"}) == nil && enc.Encode(size) == nil; {
					taken.Add(1)
				}
			}()
			synctest.Wait()
			return conn, taken
		}
		first, _ := ask(4_000_000)
		_, taken := ask(20_000)
		require.Less(t, taken.Load(), int64(10), "calls begun of a peer that reads nothing, while others do the same; "+seeN5)
		first.Close()
		synctest.Wait()
		_, taken = ask(20_000)
		require.Greater(t, taken.Load(), int64(100), "there is room again")
	})
}
