package server_test

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io"
	"net/rpc"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/server"
)

// seeN5 points a failure at its explanation.
const seeN5 = `trap N5: stage 04, "the wire", bounds what a peer may send`

// allocated returns how many bytes f, and what it set off, allocated.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestARequestThatIsTooLargeIsRefusedAndEndsItsConnectionAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{MaxMessage: 10_000})
		other := h.client(t, "tcp")
		c := h.client(t, "tcp")
		var echo []byte
		require.NoError(t, c.Call("Odd.Echo", make([]byte, 9_000), &echo), "below the limit")
		require.Len(t, echo, 9_000)
		require.NoError(t, c.Call("Odd.Echo", make([]byte, 9_000), &echo), "the limit is for each request, not for all of them")
		require.NotContains(t, h.log.String(), "too large")

		err := c.Call("Odd.Echo", make([]byte, 11_000), &echo)
		require.Error(t, err, seeN5)
		require.Error(t, c.Call("Odd.Slow", time.Second, new(bool)), "the connection of the large request")
		requireWorks(t, other, "another connection")
		require.Contains(t, h.log.String(), "message too large")
		require.Contains(t, h.log.String(), "limit=10000")
	})
}

func TestTheCallerOfARequestThatIsTooLargeIsTold(t *testing.T) {
	h, addr := tcp(t, "tcp", server.Options{MaxMessage: 10_000})
	c, err := rpc.Dial("tcp", addr) // whose socket holds what the server does not read
	require.NoError(t, err)
	defer c.Close()
	err = c.Call("Odd.Echo", make([]byte, 11_000), new([]byte))
	require.Equal(t, rpc.ServerError("message too large"), err, seeN5)
	require.NotEmpty(t, h.log.String())
}

// TestPeersThatClaimOrSendTooMuchTakeNoMemory turns the limit of stage 01
// around: what is sent is not held whole.
func TestPeersThatClaimOrSendTooMuchTakeNoMemory(t *testing.T) {
	huge := "\xfc\x40\x00\x00\x00" // gob: a message of 1 GiB follows
	header := gobOf(t, rpc.Request{ServiceMethod: "Odd.Echo"})
	const many = 1 << 20
	for _, tt := range []struct{ name, network, sent string }{
		{"gob, a huge length where the header should be", "tcp", huge},
		{"gob, a huge length where the body should be", "tcp", header + huge},
		{"gob, a length of 2^64-1", "tcp", "\xf8" + strings.Repeat("\xff", 8)},
		{"gob, the claim and then the bytes", "tcp", huge + strings.Repeat("x", many)},
		{"gob, types without end", "tcp", typesWithoutEnd(t, 1_000)},
		{"gob, types without end where the body should be", "tcp", typesWithoutEnd(t, 1_000, rpc.Request{ServiceMethod: "Odd.Echo"})},
		{"JSON, a string without end", "jsonrpc", `{"method":"` + strings.Repeat("x", many)},
		{"JSON, lists in lists without end", "jsonrpc", `{"params":` + strings.Repeat("[", many)},
		{"JSON, spaces without end", "jsonrpc", strings.Repeat(" ", many)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, tt.network, server.Options{MaxMessage: 10_000})
				other := start(t, "tcp", server.Options{}).client(t, "tcp")
				requireWorks(t, other, "before")
				conn, sent := h.dial(t), []byte(tt.sent)
				took := allocated(func() {
					conn.Write(sent)                    // fails when the server hangs up
					_, err := io.Copy(io.Discard, conn) // and so this ends
					require.NoError(t, err)
				})
				require.Less(t, took, uint64(1<<20), "bytes allocated; "+seeN5)
				require.Equal(t, 1, strings.Count(h.log.String(), "message too large"), h.log.String())
				requireWorks(t, other, "another connection")
			})
		})
	}
}

// lastWrite holds back what was written last.
type lastWrite struct{ kept, last bytes.Buffer }

func (l *lastWrite) Write(p []byte) (int, error) {
	l.kept.Write(l.last.Bytes())
	l.last.Reset()
	return l.last.Write(p)
}

// typesWithoutEnd returns values, and then the definitions of n types and no
// value more: gob writes a message for each type, and reads on until a value
// comes.
func typesWithoutEnd(t testing.TB, n int, values ...any) string {
	var w lastWrite
	enc := gob.NewEncoder(&w)
	for _, v := range values {
		require.NoError(t, enc.Encode(v))
	}
	w.kept.Write(w.last.Bytes())
	w.last.Reset()
	for i := range n {
		field := reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: reflect.TypeFor[string]()}
		typ := reflect.StructOf([]reflect.StructField{field})
		require.NoError(t, enc.EncodeValue(reflect.Zero(typ)))
		w.last.Reset() // the value
	}
	return w.kept.String()
}

func TestTheDefaultBoundsAreAsDocumented(t *testing.T) {
	for name, opts := range map[string]server.Options{
		"zero":       {},
		"below zero": {MaxMessage: -1, MaxCalls: -1, MaxAllCalls: -1, MaxUnread: -1, MaxHeld: -1, MaxConns: -1},
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { testDefaults(t, opts) }) })
	}
}

func testDefaults(t *testing.T, opts server.Options) {
	c := start(t, "tcp", opts).client(t, "tcp")
	began := time.Now()
	done := make(chan *rpc.Call, 1025)
	for range 1025 {
		go c.Go("Odd.Slow", time.Second, new(bool), done)
		synctest.Wait()
	}
	for range 1024 {
		require.NoError(t, (<-done).Error)
	}
	require.Equal(t, time.Second, time.Since(began))
	require.NoError(t, (<-done).Error)
	require.Equal(t, 2*time.Second, time.Since(began), "one call too many at once")

	var echo []byte
	require.NoError(t, c.Call("Odd.Echo", make([]byte, 1<<20-100), &echo))
	require.Error(t, c.Call("Odd.Echo", make([]byte, 1<<20+1), &echo), "more than 1 MiB")
}

func TestAPeerThatDoesNotReadItsReplyIsHungUpOn(t *testing.T) {
	gob := gobOf(t, rpc.Request{ServiceMethod: "Odd.Echo"}, []byte("x"))
	for _, tt := range []struct {
		network, request string
		opts             server.Options
		want             time.Duration
	}{
		{"tcp", gob, server.Options{}, 10 * time.Second},
		{"tcp", gob, server.Options{WriteTimeout: 3 * time.Second}, 3 * time.Second},
		{"jsonrpc", `{"method":"Odd.Echo","params":["eA=="],"id":1}`, server.Options{}, 10 * time.Second},
	} {
		t.Run(fmt.Sprintf("%s %v", tt.network, tt.want), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, tt.network, tt.opts)
				conn := h.dial(t)
				began := time.Now()
				_, err := io.WriteString(conn, tt.request)
				require.NoError(t, err)
				for err == nil { // reading would take the reply; writing notices the end too
					time.Sleep(100 * time.Millisecond)
					_, err = conn.Write([]byte(" "))
				}
				require.InDelta(t, tt.want, time.Since(began), float64(100*time.Millisecond), seeN5)
			})
		})
	}
}
