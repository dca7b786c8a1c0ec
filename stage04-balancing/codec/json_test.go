package codec_test

import (
	"bytes"
	"io"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/codec"
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

func TestAJSONConnectionWithABacklogIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer far.Close()
		client := rpc.NewClientWithCodec(codec.NewJSONClient(near, 1<<20))
		words := []string{string(bytes.Repeat([]byte("x"), 1<<20))}
		done := make(chan *rpc.Call, 40)
		for range 40 {
			client.Go("Shapes.Lengths", words, new([]int), done)
		}
		for range 40 {
			require.Error(t, (<-done).Error) // an encoder that has failed never writes again
		}
		client.Close()
	})
}

func TestManyCallersAndOneJSONServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := rpc.NewServer()
		require.NoError(t, server.RegisterName("Shapes", Shapes{}))
		near, far := net.Pipe()
		go server.ServeCodec(jsonrpc.NewServerCodec(far))
		client := rpc.NewClientWithCodec(codec.NewJSONClient(near, 1<<20))
		defer client.Close()
		var callers sync.WaitGroup
		for i := range 50 {
			callers.Go(func() {
				var got Point
				if err := client.Call("Shapes.Mirror", Point{i, -i}, &got); err != nil || got != (Point{-i, i}) {
					t.Errorf("%v, %v", got, err)
				}
			})
		}
		callers.Wait()
	})
}
