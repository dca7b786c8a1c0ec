package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"io"
	"net"
	"net/http"
	"net/rpc"
	"net/rpc/jsonrpc"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/internal/leaktest"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/server"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

// networks are what Serve can speak.
var networks = []string{"tcp", "http", "jsonrpc"}

// Odd is a service for tests.
type Odd struct{}

// Slow takes as long as it is told.
func (Odd) Slow(d time.Duration, reply *bool) error { time.Sleep(d); *reply = true; return nil }

// Echo returns its argument.
func (Odd) Echo(b []byte, reply *[]byte) error { *reply = b; return nil }

// host is a server on a network in memory.
type host struct {
	*server.Server
	listener net.Listener
	network  memnet.Network
	log      logtest.Buffer
	served   chan error // what Serve returned
}

// newHost returns a server of Arith and Odd.
func newHost(t testing.TB, opts server.Options) *host {
	h := &host{served: make(chan error, 1)}
	opts.Logger = h.log.Logger()
	h.Server = server.New(opts)
	require.NoError(t, h.Register(new(arith.Arith)))
	require.NoError(t, h.Register(Odd{}))
	return h
}

// start serves on host:1 of a network in memory, until the test ends.
func start(t testing.TB, network string, opts server.Options) *host {
	h := newHost(t, opts)
	h.serve(t, h.listen(t), network)
	return h
}

// listen returns a listener on host:1.
func (h *host) listen(t testing.TB) net.Listener {
	l, err := h.network.Listen("host:1")
	require.NoError(t, err)
	return l
}

// serve serves on l until the test ends.
func (h *host) serve(t testing.TB, l net.Listener, network string) {
	h.listener = l
	go func() { h.served <- h.Serve(l, network) }()
	t.Cleanup(func() { h.Shutdown(context.Background()) })
}

// tcp serves on a real socket and returns its address.
func tcp(t testing.TB, network string, opts server.Options) (*host, string) {
	h := newHost(t, opts)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	h.serve(t, l, network)
	return h, l.Addr().String()
}

// dialTCP are the standard clients of each network, for real sockets.
var dialTCP = map[string]func(network, addr string) (*rpc.Client, error){
	"tcp":     rpc.Dial,
	"http":    rpc.DialHTTP,
	"jsonrpc": jsonrpc.Dial,
}

// dial returns a connection to the server.
func (h *host) dial(t testing.TB) net.Conn {
	conn, err := h.network.DialContext(context.Background(), "tcp", "host:1")
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

// client returns the standard client for network.
func (h *host) client(t testing.TB, network string) *rpc.Client {
	conn := h.dial(t)
	newClient := rpc.NewClient
	switch network {
	case "jsonrpc":
		newClient = jsonrpc.NewClient
	case "http":
		connect(t, conn)
	}
	c := newClient(conn)
	t.Cleanup(func() { c.Close() })
	return c
}

// connect sends a CONNECT on conn and reads what the server says to it.
func connect(t testing.TB, conn net.Conn) {
	_, err := io.WriteString(conn, "CONNECT "+rpc.DefaultRPCPath+" HTTP/1.0\r\n\r\n")
	require.NoError(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodConnect})
	require.NoError(t, err)
	require.Equal(t, "200 Connected to Go RPC", resp.Status)
}

// requireWorks makes a good call.
func requireWorks(t testing.TB, c *rpc.Client, why string) {
	t.Helper()
	var product int
	require.NoError(t, c.Call("Arith.Multiply", arith.Args{A: 7, B: 8}, &product), why)
	require.Equal(t, 56, product, why)
}

// gobOf returns values as one gob stream.
func gobOf(t testing.TB, values ...any) string {
	var b strings.Builder
	enc := gob.NewEncoder(&b)
	for _, v := range values {
		require.NoError(t, enc.Encode(v))
	}
	return b.String()
}

// header is what is looked at of a reply.
type header struct {
	Seq   uint64
	Error string
}

// replies returns the headers of all replies until the server hangs up.
func replies(t testing.TB, conn net.Conn) (headers []header) {
	t.Helper()
	all, err := io.ReadAll(conn)
	require.NoError(t, err)
	for dec := gob.NewDecoder(bytes.NewReader(all)); ; {
		var h header
		if err := dec.Decode(&h); err != nil {
			require.Equal(t, io.EOF, err)
			return headers
		}
		require.NoError(t, dec.DecodeValue(reflect.Value{})) // skips the body
		headers = append(headers, h)
	}
}

// Gate is a service whose calls wait until it is opened.
type Gate struct{ waiting, open chan struct{} }

func (g *Gate) Pass(n int, reply *int) error {
	g.waiting <- struct{}{}
	<-g.open
	*reply = n
	return nil
}

// seeN7 points a failure at its explanation.
const seeN7 = `trap N7: stage 01 stops without losing a call`

// flaky is a listener whose Accept fails a number of times first.
type flaky struct {
	net.Listener
	failures int
}

var errFiles = &net.OpError{Op: "accept", Err: errors.New("too many open files")}

func (f *flaky) Accept() (net.Conn, error) {
	if f.failures > 0 {
		f.failures--
		return nil, errFiles
	}
	return f.Listener.Accept()
}

// late is a listener that has one connection to hand over after it is closed.
type late struct {
	net.Listener
	once   sync.Once
	closed chan struct{}
	conns  chan net.Conn
}

func (l *late) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

func (l *late) Accept() (net.Conn, error) {
	<-l.closed
	select {
	case c := <-l.conns:
		return c, nil
	default:
		return nil, net.ErrClosed
	}
}
