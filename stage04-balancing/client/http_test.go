package client_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

func TestHTTPDialEndsWithItsContext(t *testing.T) {
	for name, behave := range map[string]func(net.Conn){
		"the peer does not read":     func(net.Conn) {},
		"the peer does not answer":   func(c net.Conn) { io.Copy(io.Discard, c) },
		"the peer answers by halves": func(c net.Conn) { go io.Copy(io.Discard, c); io.WriteString(c, "HTTP/1.0 200 Conn") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for want, end := range map[error]func() (context.Context, context.CancelFunc){
					context.DeadlineExceeded: func() (context.Context, context.CancelFunc) {
						return context.WithTimeout(t.Context(), time.Minute)
					},
					context.Canceled: func() (context.Context, context.CancelFunc) {
						ctx, cancel := context.WithCancel(t.Context())
						time.AfterFunc(time.Minute, cancel)
						return ctx, cancel
					},
				} {
					var n nodes
					hungUp := make(chan struct{})
					n.peer(t, "host:1", func(c net.Conn) {
						behave(c)
						io.Copy(io.Discard, c)
						close(hungUp)
					})
					ctx, cancel := end()
					began := time.Now()
					_, err := client.Dial(ctx, "http", "host:1", n.options())
					cancel()
					requireDialError(t, err, "host:1")
					require.ErrorIs(t, err, want)
					require.Equal(t, time.Minute, time.Since(began))
					<-hungUp // a dial that failed leaves no connection behind
				}
			})
		})
	}
}

func TestHTTPDialRefusesWhatIsNoRPCServer(t *testing.T) {
	for _, tt := range []struct{ name, answer, want string }{
		{"another HTTP server", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "dial on host:1: not a net/rpc server: 404 Not Found"},
		{"a server that agrees to anything", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "dial on host:1: not a net/rpc server: 200 OK"},
		{"another protocol", "SSH-2.0-OpenSSH_9.9\r\n\r\n", `dial on host:1: malformed HTTP response "SSH-2.0-OpenSSH_9.9"`},
		{"nothing", "", "dial on host:1: unexpected EOF"},
		{"half a header", "HTTP/1.0 200 Connected to Go RPC\r\n", "dial on host:1: unexpected EOF"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.peer(t, "host:1", func(c net.Conn) {
					http.ReadRequest(bufio.NewReader(c))
					io.WriteString(c, tt.answer)
					c.Close()
				})
				_, err := client.Dial(t.Context(), "http", "host:1", n.options())
				requireDialError(t, err, "host:1")
				require.EqualError(t, err, tt.want)
				require.Equal(t, client.Unreachable, client.OutcomeOf(err))
			})
		})
	}
}

func TestHTTPDialReadsNoEndlessHeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		sent := 0
		n.peer(t, "host:1", func(c net.Conn) {
			http.ReadRequest(bufio.NewReader(c))
			io.WriteString(c, "HTTP/1.0 200 Connected to Go RPC\r\n")
			for err := error(nil); err == nil; sent++ {
				_, err = io.WriteString(c, "Another: header\r\n")
			}
		})
		_, err := client.Dial(t.Context(), "http", "host:1", n.options())
		requireDialError(t, err, "host:1")
		synctest.Wait()
		require.Less(t, sent, 1000, "headers that were read")
	})
}

func TestHTTPDialSaysWhatItWants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		got := make(chan *http.Request, 1)
		n.peer(t, "host:1", func(c net.Conn) {
			r, _ := http.ReadRequest(bufio.NewReader(c))
			got <- r
			c.Close()
		})
		_, err := client.Dial(t.Context(), "http", "host:1", n.options())
		require.Error(t, err)
		r := <-got
		require.Equal(t, "CONNECT", r.Method)
		require.Equal(t, "/_goRPC_", r.RequestURI)
		require.Equal(t, "host:1", r.Host)
	})
}
