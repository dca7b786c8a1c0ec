package server_test

import (
	"io"
	"log/slog"
	"net/rpc"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/codec"
	"example.com/workshop/stage04-balancing/internal/logtest"
	"example.com/workshop/stage04-balancing/server"
)

// seeN4 points a failure at its explanation.
const seeN4 = `trap N4: stage 04, "the wire", answers the caller of a method that panics`

// Panic is a method that does.
func (Odd) Panic(what string, reply *int) error { panic(what) }

// Exit ends its goroutine.
func (Odd) Exit(args int, reply *int) error { runtime.Goexit(); return nil }

// PanicInDecoding and PanicInEncoding are methods whose messages do.
func (Odd) PanicInDecoding(args Grenade, reply *int) error { return nil }
func (Odd) PanicInEncoding(args int, reply *Grenade) error { return nil }

// Grenade explodes when it is decoded, or encoded by a server.
type Grenade struct{ Thrower bool }

func (g Grenade) GobEncode() ([]byte, error) {
	if !g.Thrower {
		panic("boom")
	}
	return nil, nil
}
func (*Grenade) GobDecode([]byte) error { panic("boom") }

// TestAPanickingMethodAnswersItsCallerAndHarmsNobodyElse turns the limit of
// stage 01 around, where the process ends.
func TestAPanickingMethodAnswersItsCallerAndHarmsNobodyElse(t *testing.T) {
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, network, server.Options{})
				c := h.client(t, network)
				var slept bool
				inFlight := c.Go("Odd.Slow", time.Second, &slept, nil)
				for range 3 {
					err := c.Call("Odd.Panic", "oh no", new(int))
					require.Equal(t, rpc.ServerError(codec.Crashed+"Odd.Panic panicked"), err, seeN4)
					requireWorks(t, c, "the next call on the same connection")
				}
				require.NoError(t, (<-inFlight.Done).Error, "a call in flight on the same connection")
				require.True(t, slept)
				requireWorks(t, h.client(t, network), "another connection")
			})
		})
	}
}

func TestThePanicsStackIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		require.Error(t, h.client(t, "tcp").Call("Odd.Panic", "oh no", new(int)))
		require.Contains(t, h.log.String(), "method=Odd.Panic")
		require.Contains(t, h.log.String(), `panic="oh no"`)
		require.Contains(t, h.log.String(), "server_test.Odd.Panic(", "the line that panicked")
	})
}

func TestAMethodThatEndsItsGoroutineAnswersItsCallerAndHarmsNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{MaxCalls: 1})
		c := h.client(t, "tcp")
		for range 3 {
			require.Equal(t, rpc.ServerError(codec.Crashed+"Odd.Exit ended its goroutine"), c.Call("Odd.Exit", 1, new(int)))
			requireWorks(t, c, "the next call on the same connection")
		}
		require.Contains(t, h.log.String(), "method=Odd.Exit")
		require.Contains(t, h.log.String(), "server_test.Odd.Exit(", "the line that did it")
	})
}

func TestWithoutALoggerTheDefaultOneIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log logtest.Buffer
		before := slog.Default()
		slog.SetDefault(log.Logger())
		defer slog.SetDefault(before)
		s := server.New(server.Options{})
		require.NoError(t, s.Register(Odd{}))
		h := &host{Server: s, served: make(chan error, 1)}
		h.serve(t, h.listen(t), "tcp")
		require.Error(t, h.client(t, "tcp").Call("Odd.Panic", "oh no", new(int)))
		require.Contains(t, log.String(), "method=Odd.Panic")
	})
}

func TestAPanickingMethodIsAnErrorInJSONToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := start(t, "jsonrpc", server.Options{}).dial(t)
		_, err := conn.Write([]byte(`{"method":"Odd.Panic","params":["oh no"],"id":1}`))
		require.NoError(t, err)
		want := `{"id":1,"result":null,"error":"` + codec.Crashed + `Odd.Panic panicked"}` + "\n"
		got := make([]byte, len(want))
		_, err = conn.Read(got)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	})
}

func TestAPanicWhileAReplyIsEncodedIsAnErrorForItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t, "tcp", server.Options{}).client(t, "tcp")
		for range 2 {
			err := c.Call("Odd.PanicInEncoding", 1, new(Grenade))
			require.Equal(t, rpc.ServerError(codec.Crashed+"Odd.PanicInEncoding panicked"), err, seeN4)
			requireWorks(t, c, "the next call on the same connection")
		}
	})
}

func TestAPanicWhileARequestIsDecodedEndsThatConnectionAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		other := h.client(t, "tcp")
		c := h.client(t, "tcp")
		err := c.Call("Odd.PanicInDecoding", Grenade{Thrower: true}, new(int))
		require.Equal(t, rpc.ServerError(codec.Crashed+"Odd.PanicInDecoding panicked"), err, seeN4)
		require.Error(t, c.Call("Odd.Slow", time.Second, new(bool)), "nobody knows where the next request begins")
		requireWorks(t, other, "another connection")
	})
}

// TestShutdownDoesNotAnswerHalfARequest turns the limit of stage 01 around,
// where the answer is an error that says "i/o timeout".
func TestShutdownDoesNotAnswerHalfARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		conn := h.dial(t)
		request := gobOf(t, rpc.Request{ServiceMethod: "Odd.Echo"}, []byte("hello"))
		_, err := io.WriteString(conn, request[:len(request)-3])
		require.NoError(t, err)
		synctest.Wait()
		go h.Shutdown(t.Context())
		require.Empty(t, replies(t, conn), "an answer would say that the method refused, and forbid to try elsewhere")
	})
}
