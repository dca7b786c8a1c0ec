package server_test

import (
	"log/slog"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/server"
)

// seeN4 points a failure at its explanation.
const seeN4 = `trap N4: see stage 01, step "Workers that serve it"`

func TestAPanickingMethodAnswersItsCallerAndHarmsNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		c := h.client(t)
		var slept bool
		inFlight := c.Go("Odd.Slow", time.Second, &slept, nil)
		for range 3 {
			err := c.Call("Odd.Panic", "oh no", new(int))
			require.Equal(t, rpc.ServerError("Odd.Panic panicked: oh no"), err, seeN4)
			requireWorks(t, c, "the next call on the same connection")
		}
		require.NoError(t, (<-inFlight.Done).Error, "a call in flight on the same connection")
		require.True(t, slept)
		requireWorks(t, h.client(t), "another connection")
	})
}

func TestThePanicsStackIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		require.Error(t, h.client(t).Call("Odd.Panic", "oh no", new(int)))
		require.Contains(t, h.log.String(), "method=Odd.Panic")
		require.Contains(t, h.log.String(), `panic="oh no"`)
		require.Contains(t, h.log.String(), "server_test.Odd.Panic(", "the line that panicked")
	})
}

func TestWithoutALoggerTheDefaultOneIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log logBuffer
		before := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
		defer slog.SetDefault(before)
		s := server.New(server.Options{})
		require.NoError(t, s.Register(Odd{}))
		h := &host{Server: s, served: make(chan error, 1)}
		l, err := h.network.Listen("host:1")
		require.NoError(t, err)
		h.serve(t, l, "tcp")
		require.Error(t, h.client(t).Call("Odd.Panic", "oh no", new(int)))
		require.Contains(t, log.String(), "method=Odd.Panic")
	})
}

func TestAPanickingMethodIsAnErrorInJSONToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := start(t, "jsonrpc", server.Options{}).dial(t)
		_, err := conn.Write([]byte(`{"method":"Odd.Panic","params":["oh no"],"id":1}`))
		require.NoError(t, err)
		want := `{"id":1,"result":null,"error":"Odd.Panic panicked: oh no"}` + "\n"
		got := make([]byte, len(want))
		_, err = conn.Read(got)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	})
}

func TestAPanicWhileAReplyIsEncodedIsAnErrorForItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t, "tcp", server.Options{}).client(t)
		for range 2 {
			err := c.Call("Odd.PanicInEncoding", 1, new(Grenade))
			require.Equal(t, rpc.ServerError("Odd.PanicInEncoding panicked: boom"), err, seeN4)
			requireWorks(t, c, "the next call on the same connection")
		}
	})
}

func TestAPanicWhileARequestIsDecodedEndsThatConnectionAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		other := h.client(t)
		c := h.client(t)
		err := c.Call("Odd.PanicInDecoding", Grenade{Thrower: true}, new(int))
		require.Equal(t, rpc.ServerError("Odd.PanicInDecoding panicked: boom"), err, seeN4)
		require.Error(t, c.Call("Odd.Slow", time.Second, new(bool)), "nobody knows where the next request begins")
		requireWorks(t, other, "another connection")
	})
}
