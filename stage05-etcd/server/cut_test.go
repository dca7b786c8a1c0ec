package server_test

import (
	"fmt"
	"io"
	"net/rpc"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/codec"
	"example.com/workshop/stage05-etcd/server"
)

// PanicLong panics with a text of so many bytes.
func (Odd) PanicLong(size int, reply *int) error { panic(strings.Repeat("x", size)) }

func TestAPanicOfTwentyMegabytesIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		err := h.client(t, "tcp").Call("Odd.PanicLong", 20<<20, new(int))
		require.Equal(t, rpc.ServerError(codec.Crashed+"Odd.PanicLong panicked"), err, seeN4)
		require.Contains(t, h.log.String(), "xxx… (20971520 bytes)")
		require.Less(t, len(h.log.String()), 32<<10)
		require.Contains(t, h.log.String(), "server_test.Odd.PanicLong(")
	})
}

func TestWhatAPeerSentIsCutInTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "jsonrpc", server.Options{})
		conn := h.dial(t)
		go fmt.Fprintf(conn, `{"method":%s}`, strings.Repeat("1", 500_000))
		_, err := io.ReadAll(conn)
		require.NoError(t, err)
		require.Contains(t, h.log.String(), "not a JSON-RPC 1.0 request")
		require.Less(t, len(h.log.String()), 2<<10)
	})
}

func TestStrangersDoNotFillTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		for range 500 {
			conn := h.dial(t)
			_, err := conn.Write([]byte("\x80"))
			require.NoError(t, err)
			conn.Close()
		}
		c := h.client(t, "tcp")
		for range 500 {
			require.Error(t, c.Call("Odd.Panic", "oh no", new(int)))
		}
		synctest.Wait()
		require.Equal(t, 24, strings.Count(h.log.String(), "connection closed"))
		require.Equal(t, 24, strings.Count(h.log.String(), "panic in a method"))
		require.Equal(t, 2, strings.Count(h.log.String(), "line=256"))
	})
}
