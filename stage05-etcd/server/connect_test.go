package server_test

import (
	"bufio"
	"encoding/gob"
	"io"
	"net/http"
	"net/rpc"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/server"
)

// TestARequestInTheSamePacketAsTheConnectIsServed turns the limit of stage 01
// around, where it is swallowed.
func TestARequestInTheSamePacketAsTheConnectIsServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := start(t, "http", server.Options{}).dial(t)
		var request strings.Builder
		requests := gob.NewEncoder(&request)
		var replies *gob.Decoder
		for seq := range uint64(3) { // the later ones come on their own, and the gob stream goes on
			request.Reset()
			if seq == 0 {
				request.WriteString("CONNECT /_goRPC_ HTTP/1.0\r\n\r\n")
			}
			require.NoError(t, requests.Encode(rpc.Request{ServiceMethod: "Odd.Echo", Seq: seq}))
			require.NoError(t, requests.Encode([]byte("x")))
			_, err := io.WriteString(conn, request.String())
			require.NoError(t, err)
			if seq == 0 {
				in := bufio.NewReader(conn)
				_, err = http.ReadResponse(in, &http.Request{Method: http.MethodConnect})
				require.NoError(t, err)
				replies = gob.NewDecoder(in)
			}
			var reply rpc.Response
			var body []byte
			require.NoError(t, replies.Decode(&reply))
			require.NoError(t, replies.Decode(&body))
			require.Equal(t, rpc.Response{ServiceMethod: "Odd.Echo", Seq: seq}, reply)
			require.Equal(t, "x", string(body))
		}
	})
}

func TestAPeerThatDoesNotReadThatItIsConnectedIsHungUpOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "http", server.Options{WriteTimeout: 3 * time.Second})
		conn := h.dial(t)
		_, err := io.WriteString(conn, "CONNECT /_goRPC_ HTTP/1.0\r\n\r\n")
		require.NoError(t, err)
		time.Sleep(4 * time.Second)
		_, err = conn.Write([]byte("x"))
		require.ErrorIs(t, err, io.ErrClosedPipe)
		require.NoError(t, h.Shutdown(t.Context()))
	})
}
