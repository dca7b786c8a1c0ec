package server_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/rpc"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage01-rpc/server"
)

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

func TestHTTPPeersThatDoNotReadTheirAnswerAreHungUpOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "http", server.Options{})
		_, err := io.WriteString(h.dial(t), "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		require.NoError(t, err)
		synctest.Wait() // net.Pipe buffers nothing, so the answer is being written
		began := time.Now()
		require.NoError(t, h.Shutdown(t.Context()))
		require.Equal(t, 5*time.Second, time.Since(began))
	})
}

func TestAConnectionTakenOverFromHTTPMayIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := start(t, "http", server.Options{}).dial(t)
		connect(t, conn)
		time.Sleep(9 * time.Minute)
		c := rpc.NewClient(conn)
		defer c.Close()
		requireWorks(t, c, "a call after nine minutes")
	})
}

func TestShutdownHangsUpOnHTTPPeersThatDidNotConnectYet(t *testing.T) {
	for name, sent := range map[string]string{
		"half a header":           "CONNECT /_goRPC_ HTTP/1.0\r\n",
		"another request, no end": "GET / HTTP/1.1\r\nHost: x\r\n\r\n", // whose reply is being written: net/http will then wait for the next request
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, "http", server.Options{})
				conn := h.dial(t)
				_, err := io.WriteString(conn, sent)
				require.NoError(t, err)
				synctest.Wait()
				began := time.Now()
				down := make(chan error, 1)
				go func() { down <- h.Shutdown(t.Context()) }()
				synctest.Wait()
				_, err = io.Copy(io.Discard, conn)
				require.NoError(t, err)
				require.NoError(t, <-down)
				require.Equal(t, server.ErrServerClosed, <-h.served)
				require.Zero(t, time.Since(began))
			})
		})
	}
}

// hijacked is a connection that tells when net/http clears its deadlines
// before it hands it over.
type hijacked struct {
	net.Conn
	once    *sync.Once
	handing func()
}

func (h hijacked) SetWriteDeadline(t time.Time) error {
	h.once.Do(h.handing)
	return h.Conn.SetWriteDeadline(t)
}

type hijackedListener struct {
	net.Listener
	handing func()
}

func (l hijackedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return hijacked{c, new(sync.Once), l.handing}, err
}

func TestShutdownHangsUpOnAConnectionThatIsJustBeingTakenOverFromHTTP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, server.Options{})
		down := make(chan error, 1)
		h.serve(t, hijackedListener{h.listen(t), func() {
			go func() { down <- h.Shutdown(t.Context()) }()
			synctest.Wait() // it has ended all reading; now net/http clears the deadline
		}}, "http")
		conn := h.dial(t)
		connect(t, conn)
		began := time.Now()
		require.NoError(t, <-down)
		require.Zero(t, time.Since(began), "the deadline must stay in the past")
		_, err := conn.Read(make([]byte, 1))
		require.Equal(t, io.EOF, err)
	})
}
