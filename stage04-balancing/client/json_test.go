package client_test

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"net"
	"net/rpc"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

// dialJSON connects to a JSON-RPC server that sends these replies, one for each request.
func dialJSON(t *testing.T, replies ...string) *client.Conn {
	near, far := net.Pipe()
	go func() {
		in := bufio.NewReader(far)
		for _, reply := range replies {
			if _, err := in.ReadString('\n'); err != nil {
				return
			}
			fmt.Fprintln(far, reply)
		}
	}()
	conn, err := client.Dial(t.Context(), "jsonrpc", "a:1", client.Options{
		DialContext: func(context.Context, string, string) (net.Conn, error) { return near, nil },
	})
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(); far.Close() })
	return conn
}

func TestAnyJSONReplyConcernsItsOwnCallAlone(t *testing.T) {
	for reply, want := range map[string]error{ // nil for any but a refusal
		`"error":{"code":1,"message":"no"}`:            rpc.ServerError(`{"code":1,"message":"no"}`),
		`"result":null,"error":["no"],"jsonrpc":"2.0"`: rpc.ServerError(`["no"]`),
		`"result":null,"error":"no"`:                   rpc.ServerError("no"),
		`"result":7,"error":""`:                        rpc.ServerError("unspecified error"),
		`"result":null,"error":null`:                   nil,
		`"result":"seven","error":null`:                nil,
		`"error":null`:                                 nil,
	} {
		t.Run(reply, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn := dialJSON(t, `{"id":0,`+reply+`}`, `{"id":1,"result":7}`, `{"id":2,"result":null,"error":null}`)
				var got int
				err := conn.Call(t.Context(), "A.B", 1, &got)
				require.Error(t, err)
				if want != nil {
					require.ErrorIs(t, err, want)
				}
				require.Zero(t, got)
				require.NoError(t, conn.Call(t.Context(), "A.B", 1, &got), "on the same connection")
				require.Equal(t, 7, got)
				list := []int{1}
				require.NoError(t, conn.Call(t.Context(), "A.B", 1, &list), "a list may be null")
				require.Empty(t, list)
			})
		})
	}
}

func TestWhatIsNoJSONReplyEndsTheConnection(t *testing.T) {
	for _, reply := range []string{`{"id":0}`, `{"result":7}`, `{"id":null,"result":null,"error":"no JSON"}`, `[]`, `7`, `HTTP/1.1 400`} {
		synctest.Test(t, func(t *testing.T) {
			conn := dialJSON(t, reply)
			require.ErrorContains(t, conn.Call(t.Context(), "A.B", 1, new(int)), "it does not speak net/rpc")
			<-conn.Broken()
		})
	}
}

func TestArgumentsThatAreNoJSONAreNobodysFaultButTheCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		for _, addr := range []string{"a:1", "b:1", "c:1"} {
			h := cluster.serve(addr)
			h.kill()
			h.in.Network = "jsonrpc"
			h.listen()
			h.register()
		}
		c := cluster.client(client.Options{Idempotent: idempotent})
		for range 20 {
			call := <-c.Go(t.Context(), "Work.Do", math.NaN(), new(int)).Done
			require.ErrorContains(t, call.Err, "cannot send a float64: json: unsupported value: NaN")
			require.Zero(t, call.Retries)
			do(t, c)
		}
		for _, in := range c.Stats().Instances {
			require.Zero(t, in.Failed, in.ID)
			require.False(t, in.Ejected, in.ID)
		}
	})
}
