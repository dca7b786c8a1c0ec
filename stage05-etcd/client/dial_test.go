package client_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

// requireDialError holds err to what Dial promises.
func requireDialError(t *testing.T, err error, addr string) {
	t.Helper()
	failed, ok := errors.AsType[*client.CallError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, client.CallError{Op: "dial", Addr: addr, Sent: false, Err: failed.Err}, *failed)
	require.ErrorContains(t, err, addr)
}

func TestDialRefusesAnUnknownNetwork(t *testing.T) {
	_, err := client.Dial(t.Context(), "udp", "host:1", client.Options{})
	require.EqualError(t, err, `unknown network "udp": want tcp, http or jsonrpc`)
}

func TestDialReachesARealSocketByDefault(t *testing.T) {
	addr := deaf(t)
	c, err := client.Dial(t.Context(), "tcp", addr, client.Options{})
	require.NoError(t, err)
	require.NoError(t, c.Close())
}

func TestDialNamesTheAddressThatRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	l.Close()
	for _, network := range []string{"tcp", "http", "jsonrpc"} {
		_, err = client.Dial(t.Context(), network, addr, client.Options{})
		requireDialError(t, err, addr)
		require.Equal(t, client.Unreachable, client.OutcomeOf(err))
	}
}

func TestDialTakesAsLongAsItsContextLetsIt(t *testing.T) {
	for _, network := range []string{"tcp", "http", "jsonrpc"} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.listen(t, "host:1") // nobody accepts
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				began := time.Now()
				_, err := client.Dial(ctx, network, "host:1", n.options())
				requireDialError(t, err, "host:1")
				require.Equal(t, client.TimedOut, client.OutcomeOf(err))
				require.Equal(t, time.Minute, time.Since(began))
			})
		})
	}
}

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

func TestTheStreamMayBeAnyConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		var asked []string
		c, err := client.Dial(t.Context(), "tcp", "name:1", client.Options{
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				asked = append(asked, network, addr)
				return n.DialContext(ctx, network, "host:1")
			},
		})
		require.NoError(t, err)
		defer c.Close()
		requireWorks(t, c, "through a connection of the caller's choice")
		require.Equal(t, []string{"tcp", "name:1"}, asked)

		_, err = client.Dial(t.Context(), "tcp", "name:1", client.Options{
			DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, syscall.EHOSTUNREACH },
		})
		requireDialError(t, err, "name:1")
		require.ErrorIs(t, err, syscall.EHOSTUNREACH)
	})
}
