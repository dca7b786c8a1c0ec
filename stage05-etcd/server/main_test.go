package server_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/rpc"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/server"
)

// TestMain fails when a test has left a goroutine behind.
func TestMain(m *testing.M) {
	code := m.Run()
	if left := leaked(); code == 0 && left != "" {
		fmt.Fprintf(os.Stderr, "goroutines left behind:\n\n%s\n", left)
		code = 1
	}
	os.Exit(code)
}

// leaked returns the stacks of goroutines that run the workshop's code, or
// net/rpc's, and do not end within seconds.
func leaked() string {
	var left []string
	for start := time.Now(); time.Since(start) < 5*time.Second; time.Sleep(time.Millisecond) {
		buf := make([]byte, 1<<20)
		buf = buf[:runtime.Stack(buf, true)]
		left = nil
		for _, stack := range strings.Split(string(buf), "\n\n")[1:] { // the first is this one
			if strings.Contains(stack, "example.com/workshop") || strings.Contains(stack, "net/rpc") {
				left = append(left, stack)
			}
		}
		if len(left) == 0 {
			break
		}
	}
	return strings.Join(left, "\n\n")
}

// Odd is a service whose methods misbehave.
type Odd struct{}

func (Odd) Panic(what string, reply *int) error            { panic(what) }
func (Odd) PanicInDecoding(args Grenade, reply *int) error { return nil }
func (Odd) PanicInEncoding(args int, reply *Grenade) error { return nil }
func (Odd) Slow(d time.Duration, reply *bool) error        { time.Sleep(d); *reply = true; return nil }
func (Odd) Echo(b []byte, reply *[]byte) error             { *reply = b; return nil }

// Grenade explodes when it is decoded, or encoded by a server.
type Grenade struct{ Thrower bool }

func (g Grenade) GobEncode() ([]byte, error) {
	if !g.Thrower {
		panic("boom")
	}
	return nil, nil
}
func (*Grenade) GobDecode([]byte) error { panic("boom") }

// host is a server on a network in memory.
type host struct {
	*server.Server
	listener net.Listener
	network  memnet.Network
	log      logBuffer
	served   chan error // what Serve returned
}

// logBuffer may be read while it is written.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf.Reset()
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// newHost returns a server of Arith and Odd.
func newHost(t testing.TB, opts server.Options) *host {
	h := &host{served: make(chan error, 1)}
	opts.Logger = slog.New(slog.NewTextHandler(&h.log, nil))
	h.Server = server.New(opts)
	require.NoError(t, h.Register(new(arith.Arith)))
	require.NoError(t, h.Register(Odd{}))
	return h
}

// start serves on host:1 of a network in memory, until the test ends.
func start(t testing.TB, network string, opts server.Options) *host {
	h := newHost(t, opts)
	l, err := h.network.Listen("host:1")
	require.NoError(t, err)
	h.serve(t, l, network)
	return h
}

func (h *host) serve(t testing.TB, l net.Listener, network string) {
	h.listener = l
	go func() { h.served <- h.Serve(l, network) }()
	t.Cleanup(func() { h.Shutdown(context.Background()) })
}

// dial returns a connection to the server.
func (h *host) dial(t testing.TB) net.Conn {
	conn, err := h.network.DialContext(context.Background(), "tcp", "host:1")
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

// client returns a plain net/rpc client.
func (h *host) client(t testing.TB) *rpc.Client {
	c := rpc.NewClient(h.dial(t))
	t.Cleanup(func() { c.Close() })
	return c
}

// conn returns the workshop's own client. Its callers wait on channels where
// net/rpc's wait for a mutex, which keeps virtual time from passing.
func (h *host) conn(t testing.TB, network string) *client.Conn {
	c, err := client.Dial(context.Background(), network, "host:1", client.Options{DialContext: h.network.DialContext})
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

// requireWorks makes a good call.
func requireWorks(t testing.TB, c *rpc.Client, why string) {
	t.Helper()
	var product int
	require.NoError(t, c.Call("Arith.Multiply", arith.Args{A: 7, B: 8}, &product), why)
	require.Equal(t, 56, product, why)
}
