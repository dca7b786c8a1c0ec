package server_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/rpc"
	"net/rpc/jsonrpc"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/server"
)

// tcp serves on a real socket and returns its address.
func tcp(t testing.TB, network string, opts server.Options) (*host, string) {
	h := newHost(t, opts)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	h.serve(t, l, network)
	return h, l.Addr().String()
}

func TestTheStandardClientsAreServed(t *testing.T) {
	for network, dial := range map[string]func(network, addr string) (*rpc.Client, error){
		"tcp":     rpc.Dial,
		"http":    rpc.DialHTTP,
		"jsonrpc": jsonrpc.Dial,
	} {
		t.Run(network, func(t *testing.T) {
			_, addr := tcp(t, network, server.Options{})
			c, err := dial("tcp", addr)
			require.NoError(t, err)
			defer c.Close()
			for range 2 {
				requireWorks(t, c, network)
				err = c.Call("Arith.Divide", arith.Args{A: 7}, new(arith.Quotient))
				require.Equal(t, rpc.ServerError("divide by zero"), err)
				require.ErrorContains(t, c.Call("Arith.Power", arith.Args{}, new(int)), "rpc: can't find method Arith.Power")
				require.ErrorContains(t, c.Call("Physics.Work", arith.Args{}, new(int)), "rpc: can't find service Physics.Work")
			}
		})
	}
}

func TestArgumentsOfTheWrongTypeAreAnErrorForTheirCallerAlone(t *testing.T) {
	for network, newClient := range map[string]func(io.ReadWriteCloser) *rpc.Client{"tcp": rpc.NewClient, "jsonrpc": jsonrpc.NewClient} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClient(start(t, network, server.Options{}).dial(t))
				defer c.Close()
				for range 2 {
					err := c.Call("Arith.Multiply", "seven by eight", new(int))
					require.IsType(t, rpc.ServerError(""), err)
					requireWorks(t, c, "the call after the bad one")
				}
			})
		})
	}
}

func TestJSONRPCIsWhatAnotherLanguageWouldWrite(t *testing.T) {
	for _, tt := range []struct{ name, request, reply string }{
		{"a call",
			`{"method":"Arith.Multiply","params":[{"A":7,"B":8}],"id":1}`,
			`{"id":1,"result":56,"error":null}`},
		{"an identifier that is text, other keys, other spaces",
			`{ "jsonrpc": "1.0", "id": "x-1", "method": "Arith.Divide", "params": [ {"A": 7, "B": 2, "C": 0} ] }`,
			`{"id":"x-1","result":{"Quo":3,"Rem":1},"error":null}`},
		{"an error",
			`{"method":"Arith.Divide","params":[{"A":7,"B":0}],"id":2}`,
			`{"id":2,"result":null,"error":"divide by zero"}`},
		{"a method that does not exist",
			`{"method":"Arith.Power","params":[{}],"id":3}`,
			`{"id":3,"result":null,"error":"rpc: can't find method Arith.Power"}`},
		{"no parameters",
			`{"method":"Arith.Multiply","id":4}`,
			`{"id":4,"result":null,"error":"jsonrpc: request body missing params"}`},
		{"no identifier",
			`{"method":"Arith.Sum","params":[{"A":7,"B":8}]}`,
			`{"id":null,"result":15,"error":null}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn := start(t, "jsonrpc", server.Options{}).dial(t)
				lines := bufio.NewScanner(conn)
				for range 2 {
					_, err := io.WriteString(conn, tt.request+"\n")
					require.NoError(t, err)
					require.True(t, lines.Scan(), "the connection has ended: %v", lines.Err())
					require.Equal(t, tt.reply, lines.Text())
				}
			})
		})
	}
}

func TestHTTPAnswersOnlyAConnectToItsPath(t *testing.T) {
	for _, tt := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/_goRPC_", http.StatusMethodNotAllowed},
		{"POST", "/_goRPC_", http.StatusMethodNotAllowed},
		{"GET", "/", http.StatusNotFound},
		{"CONNECT", "/", http.StatusNotFound},
		{"CONNECT", "/_goRPC", http.StatusNotFound}, // as a tutorial writes it
		{"CONNECT", "/_goRPC_", http.StatusOK},
	} {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn := start(t, "http", server.Options{}).dial(t)
				_, err := io.WriteString(conn, tt.method+" "+tt.path+" HTTP/1.0\r\n\r\n")
				require.NoError(t, err)
				resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: tt.method})
				require.NoError(t, err)
				defer resp.Body.Close()
				require.Equal(t, tt.status, resp.StatusCode)
				if tt.status == http.StatusMethodNotAllowed {
					require.Equal(t, "CONNECT", resp.Header.Get("Allow"))
				}
			})
		})
	}
}

func TestHTTPPeersThatNeverConnectAreHungUpOn(t *testing.T) {
	for name, sent := range map[string]string{
		"nothing":                 "",
		"half a header":           "CONNECT /_goRPC_ HTTP/1.0\r\n",
		"another request, no end": "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"a body that is due":      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn := start(t, "http", server.Options{}).dial(t)
				began := time.Now()
				if sent != "" {
					_, err := io.WriteString(conn, sent)
					require.NoError(t, err)
				}
				_, err := io.Copy(io.Discard, conn) // returns when the server has hung up
				require.NoError(t, err)
				require.LessOrEqual(t, time.Since(began), 10*time.Second)
			})
		})
	}
}

func TestAConnectionTakenOverFromHTTPMayIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := start(t, "http", server.Options{}).dial(t)
		_, err := io.WriteString(conn, "CONNECT /_goRPC_ HTTP/1.0\r\n\r\n")
		require.NoError(t, err)
		_, err = http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: "CONNECT"})
		require.NoError(t, err)
		time.Sleep(time.Hour)
		c := rpc.NewClient(conn)
		defer c.Close()
		requireWorks(t, c, "a call after an hour")
	})
}

func TestServeRefusesAnUnknownNetwork(t *testing.T) {
	h := newHost(t, server.Options{})
	l, err := h.network.Listen("host:1")
	require.NoError(t, err)
	require.EqualError(t, h.Serve(l, "udp"), `server: unknown network "udp": want tcp, http or jsonrpc`)
	_, err = l.Accept()
	require.ErrorIs(t, err, net.ErrClosed, "Serve closes the listener whatever happens")
}

func TestServeOnSeveralListenersAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		l, err := h.network.Listen("host:2")
		require.NoError(t, err)
		second := make(chan error, 1)
		go func() { second <- h.Serve(l, "jsonrpc") }()
		conn, err := h.network.DialContext(t.Context(), "tcp", "host:2")
		require.NoError(t, err)
		c := jsonrpc.NewClient(conn)
		defer c.Close()
		requireWorks(t, c, "the second listener")
		requireWorks(t, h.client(t), "the first listener")
		require.NoError(t, h.Shutdown(t.Context()))
		require.Equal(t, server.ErrServerClosed, <-h.served)
		require.Equal(t, server.ErrServerClosed, <-second)
	})
}

// flaky is a listener whose Accept fails a number of times first.
type flaky struct {
	net.Listener
	failures int
}

var errFiles = errors.New("accept: too many open files")

func (f *flaky) Accept() (net.Conn, error) {
	if f.failures > 0 {
		f.failures--
		return nil, errFiles
	}
	return f.Listener.Accept()
}

func TestAcceptErrorsThatPassAreWaitedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, server.Options{})
		l, err := h.network.Listen("host:1")
		require.NoError(t, err)
		began := time.Now()
		h.serve(t, &flaky{Listener: l, failures: 3}, "tcp")
		requireWorks(t, h.client(t), "the listener works again")
		require.Equal(t, 300*time.Millisecond, time.Since(began), "a tenth of a second between attempts")
		require.Contains(t, h.log.String(), errFiles.Error())
	})
}

func TestShutdownDoesNotWaitForAListenerThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, server.Options{})
		l, err := h.network.Listen("host:1")
		require.NoError(t, err)
		h.serve(t, &flaky{Listener: l, failures: 1 << 30}, "tcp")
		time.Sleep(1050 * time.Millisecond) // in the middle of a wait
		began := time.Now()
		require.NoError(t, h.Shutdown(t.Context()))
		require.Equal(t, server.ErrServerClosed, <-h.served)
		require.Zero(t, time.Since(began))
	})
}

func TestServeReturnsWhyAcceptingEnded(t *testing.T) {
	for _, network := range []string{"tcp", "http", "jsonrpc"} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, network, server.Options{})
				synctest.Wait()
				h.listener.Close() // by somebody else than Shutdown
				err := <-h.served
				require.ErrorIs(t, err, net.ErrClosed)
				require.NotErrorIs(t, err, server.ErrServerClosed)
			})
		})
	}
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

func TestAConnectionAcceptedDuringShutdownIsHungUpOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, server.Options{})
		l, err := h.network.Listen("host:1")
		require.NoError(t, err)
		near, far := net.Pipe()
		conns := make(chan net.Conn, 1)
		conns <- far
		h.serve(t, &late{Listener: l, closed: make(chan struct{}), conns: conns}, "tcp")
		synctest.Wait()
		require.NoError(t, h.Shutdown(t.Context()))
		_, err = near.Read(make([]byte, 1))
		require.Equal(t, io.EOF, err)
		require.Equal(t, server.ErrServerClosed, <-h.served)
	})
}

// eager is a connection that reports the end of the stream together with the
// last bytes before it, as TLS may.
type eager struct{ net.Conn }

func (e eager) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	if err == nil {
		err = io.EOF
	}
	return n, err
}

type eagerListener struct{ net.Listener }

func (l eagerListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return eager{c}, err
}

func TestARequestThatComesWithTheEndOfTheStreamIsServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, server.Options{})
		l, err := h.network.Listen("host:1")
		require.NoError(t, err)
		h.serve(t, eagerListener{l}, "tcp")
		conn := h.dial(t)
		_, err = io.WriteString(conn, gobOf(t, rpc.Request{ServiceMethod: "Odd.Echo", Seq: 5}, []byte("x")))
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(replies(t, conn), []header{{Seq: 5}}))
	})
}

func TestServeAfterShutdownClosesItsListener(t *testing.T) {
	h := newHost(t, server.Options{})
	require.NoError(t, h.Shutdown(context.Background()))
	l, err := h.network.Listen("host:1")
	require.NoError(t, err)
	require.Equal(t, server.ErrServerClosed, h.Serve(l, "tcp"))
	_, err = l.Accept()
	require.ErrorIs(t, err, net.ErrClosed)
}
