package codec_test

import (
	"io"
	"net/rpc"
	"net/rpc/jsonrpc"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/codec"
)

func jsonServe(s *rpc.Server, c io.ReadWriteCloser) { s.ServeCodec(codec.NewJSONServer(c)) }

func TestAJSONReplyThatCannotBeEncodedIsAnErrorForItsCallerAlone(t *testing.T) {
	for method, problem := range map[string]string{
		"Shapes.NaN":  "cannot send a *float64: json: unsupported value: NaN",
		"Shapes.Chan": "cannot send a *chan int: json: unsupported type: chan int",
	} {
		t.Run(method, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := peers{jsonrpc.NewClient, jsonServe}.connect(t)
				err := client.Call(method, Point{}, new(any)) // without an answer the test would be stuck here
				require.Equal(t, rpc.ServerError(problem), err)
				var got Point
				require.NoError(t, client.Call("Shapes.Mirror", Point{1, 2}, &got), "the call after the bad one")
				require.Equal(t, Point{2, 1}, got)
				require.Equal(t, rpc.ServerError(io.ErrNoProgress.Error()), client.Call("Shapes.Fail", Point{}, &got))
			})
		})
	}
}
