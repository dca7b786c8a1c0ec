package workshop_test

import (
	"context"
	"encoding/gob"
	"io"
	"net"
	"net/rpc"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/internal/machine"
	"example.com/workshop/stage02-registry/internal/memnet"
	"example.com/workshop/stage02-registry/server"
)

// Odd is a service for the limits of net/rpc.
type Odd struct{}

// Echo returns its argument.
func (Odd) Echo(b []byte, reply *[]byte) error { *reply = b; return nil }

// Slow takes an hour.
func (Odd) Slow(n int, reply *int) error { time.Sleep(time.Hour); return nil }

// oddHost is a machine that serves Odd, until the test ends or it is killed.
type oddHost struct {
	t       *testing.T
	network memnet.Network
	machine *machine.Machine
	server  *server.Server
}

func serveOdd(t *testing.T, transport string) *oddHost {
	h := &oddHost{t: t, server: server.New(server.Options{})}
	h.machine = machine.Start(t, &h.network, "host:1234")
	require.NoError(t, h.server.Register(Odd{}))
	go h.server.Serve(h.machine, transport)
	t.Cleanup(func() { h.server.Shutdown(context.Background()) })
	return h
}

func (h *oddHost) dial() net.Conn {
	conn, err := h.network.DialContext(h.t.Context(), "tcp", "host:1234")
	require.NoError(h.t, err)
	h.t.Cleanup(func() { conn.Close() })
	return conn
}

// gobOf returns values as one gob stream.
func gobOf(t *testing.T, values ...any) string {
	var b strings.Builder
	enc := gob.NewEncoder(&b)
	for _, v := range values {
		require.NoError(t, enc.Encode(v))
	}
	return b.String()
}

// TestAnArgumentThatGobCannotEncodeEndsTheConnectionForEveryone is a limit of
// net/rpc: when it finds that out it has written the header already, and takes
// the next call's header for the missing body.
func TestAnArgumentThatGobCannotEncodeEndsTheConnectionForEveryone(t *testing.T) {
	const lesson = "a connection survived an argument that gob cannot encode (trap N3); it must not before stage 04, " +
		`where "the wire" tries each type before the first byte: see codec/encodable_test.go there`
	synctest.Test(t, func(t *testing.T) {
		c := rpc.NewClient(serveOdd(t, "tcp").dial())
		defer c.Close()
		require.NoError(t, c.Call("Odd.Echo", []byte("x"), new([]byte)))
		require.ErrorContains(t, c.Call("Odd.Echo", func() {}, new([]byte)), "gob", "the caller whose fault it is")
		require.Error(t, c.Call("Odd.Echo", []byte("x"), new([]byte)), lesson)
		synctest.Wait()
		require.Equal(t, rpc.ErrShutdown, c.Call("Odd.Echo", []byte("x"), new([]byte)), lesson)
	})
}

// TestWhatIsSentIsHeldWhole is a limit of net/rpc: no message is too large, and
// the server keeps what it has got of one for as long as its sender likes.
func TestWhatIsSentIsHeldWhole(t *testing.T) {
	const large = 8 << 20
	const lesson = "the server did not hold what was sent (trap N5); it must before stage 04, " +
		`where "the wire" refuses a request that announces more than 1 MiB: see server/wire_test.go there`
	heap := func() int64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return int64(stats.HeapAlloc)
	}
	synctest.Test(t, func(t *testing.T) {
		conn := serveOdd(t, "tcp").dial()
		sent := []byte(gobOf(t, rpc.Request{ServiceMethod: "Odd.Echo"}, make([]byte, large)))

		before := heap()
		_, err := conn.Write(sent[:len(sent)-1]) // the rest never comes
		require.NoError(t, err)
		time.Sleep(time.Hour)
		require.Greater(t, heap()-before, int64(large), lesson)
		runtime.KeepAlive(sent)
	})
}

// lossy is a connection that loses what is sent on it.
type lossy struct{ net.Conn }

func (lossy) Write(p []byte) (int, error) { return len(p), nil }

// TestNobodyLearnsWhetherARequestWasSent is a limit of net/rpc: the error is
// the same whether the server is at work on the request or never saw it. So
// either nothing may be called again, or everything must bear being run twice.
func TestNobodyLearnsWhetherARequestWasSent(t *testing.T) {
	const lesson = "net/rpc told a request that ran from one that was lost (trap N6); nothing does before stage 04, " +
		`where "the wire" notes which requests were written: see CallError.Sent in client/ there`
	synctest.Test(t, func(t *testing.T) {
		h := serveOdd(t, "tcp")
		atWork, lost := rpc.NewClient(h.dial()), rpc.NewClient(lossy{h.dial()})
		defer atWork.Close()
		defer lost.Close()
		first := atWork.Go("Odd.Slow", 1, new(int), nil)
		second := lost.Go("Odd.Slow", 1, new(int), nil)
		synctest.Wait()
		h.machine.Kill()
		require.Equal(t, io.ErrUnexpectedEOF, (<-first.Done).Error)
		require.Equal(t, io.ErrUnexpectedEOF, (<-second.Done).Error, lesson)
	})
}
