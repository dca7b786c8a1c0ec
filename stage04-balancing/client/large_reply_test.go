package client_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/codec"
)

const seeF6 = `trap F6: stage 04, "the wire", bounds what a server may send`

func TestAReplyThatIsTooLargeEndsItsConnectionAndTheErrorSaysSo(t *testing.T) {
	for network, text := range map[string]string{
		"tcp":     "Odd.Echo on host:1: refused the reply: message too large",
		"http":    "Odd.Echo on host:1: refused the reply: message too large",
		"jsonrpc": "Odd.Echo on host:1: hung up on the server: message too large", // which reply it was is in what was not read
	} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.serve(t, "host:1", network)
				opts := n.options()
				opts.MaxMessage = 10_000
				c, err := client.Dial(t.Context(), network, "host:1", opts)
				require.NoError(t, err)
				defer c.Close()
				for range 3 {
					var echo []byte
					require.NoError(t, c.Call(t.Context(), "Odd.Echo", make([]byte, 7_000), &echo), "below the limit, which is for each reply")
					require.Len(t, echo, 7_000)
				}
				other := make(chan error, 1)
				go func() { other <- c.Call(t.Context(), "Odd.Slow", time.Hour, new(bool)) }()
				synctest.Wait()

				echo := []byte("as it was")
				err = c.Call(t.Context(), "Odd.Echo", make([]byte, 11_000), &echo)
				require.EqualError(t, err, text, seeF6)
				require.ErrorIs(t, err, codec.ErrTooLarge)
				require.Equal(t, network != "jsonrpc", client.IsFinal("Odd.Echo", err.(*client.CallError).Err))
				require.True(t, err.(*client.CallError).Sent)
				require.Equal(t, "as it was", string(echo))
				require.EqualError(t, <-other, "Odd.Slow on host:1: hung up on the server: message too large", "a call on the same connection")
				requireBroken(t, c)
				err = c.Call(t.Context(), "Odd.Slow", time.Second, new(bool))
				require.ErrorIs(t, err, rpc.ErrShutdown)
				require.ErrorIs(t, err, codec.ErrTooLarge)
			})
		})
	}
}

func TestARepliesDefaultLimitIsThatOfARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		c := n.dial(t, "host:1", "tcp")
		require.NoError(t, c.Call(t.Context(), "Odd.Echo", make([]byte, 1<<20-100), new([]byte)))
		for _, unset := range []int64{0, -1} {
			addr := fmt.Sprint("host", unset, ":2")
			n.peer(t, addr, func(c net.Conn) { readRequest(c); c.Write([]byte("\xfd\x10\x00\x01")) })
			opts := n.options()
			opts.MaxMessage = unset
			c, err := client.Dial(t.Context(), "tcp", addr, opts)
			require.NoError(t, err)
			defer c.Close()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			err = c.Call(ctx, "Odd.Echo", []byte("x"), new([]byte))
			cancel()
			require.ErrorIs(t, err, codec.ErrTooLarge, "1 MiB and a byte")
		}
	})
}

func TestAServerThatAnswersWithoutEndTakesNoMemory(t *testing.T) {
	for network, begin := range map[string]string{
		"tcp":     "\xfc\x40\x00\x00\x00", // gob: a message of 1 GiB follows
		"jsonrpc": `{"id":0,"error":null,"result":"`,
	} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				sent := make(chan int64, 1)
				endless := strings.NewReader(strings.Repeat("x", 64<<20))
				n.peer(t, "host:1", func(c net.Conn) {
					c.Read(make([]byte, 4<<10)) // the request
					time.Sleep(time.Minute)     // the caller has given up
					io.WriteString(c, begin)
					count, _ := io.CopyBuffer(c, struct{ io.Reader }{endless}, make([]byte, 32<<10))
					sent <- count
				})
				c := n.dial(t, "host:1", network)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				require.ErrorIs(t, c.Call(ctx, "Odd.Echo", []byte("x"), new([]byte)), context.DeadlineExceeded)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				require.Less(t, <-sent, int64(2<<20), seeF6)
				<-c.Broken()
				runtime.ReadMemStats(&after)
				require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20), "bytes allocated; "+seeF6)
			})
		})
	}
}
