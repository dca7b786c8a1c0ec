package server_test

import (
	"fmt"
	"io"
	"math"
	"net"
	"net/rpc"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/server"
)

// echoes are a request to each network, after the CONNECT.
func echoes(t testing.TB) map[string]string {
	gob := gobOf(t, rpc.Request{ServiceMethod: "Odd.Echo"}, []byte("x"))
	return map[string]string{"tcp": gob, "http": gob, "jsonrpc": `{"method":"Odd.Echo","params":["eA=="],"id":1}`}
}

// open returns a connection on which network is spoken.
func (h *host) open(t testing.TB, network string) net.Conn {
	conn := h.dial(t)
	if network == "http" {
		connect(t, conn)
	}
	return conn
}

// requireHangsUp waits until the server ends conn, which takes want, and returns what
// it has sent before.
func requireHangsUp(t testing.TB, conn io.Reader, want time.Duration) string {
	t.Helper()
	began := time.Now()
	got, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.Equal(t, want, time.Since(began))
	return string(got)
}

func TestAPeerThatSendsHalfARequestIsHungUpOn(t *testing.T) {
	for network, request := range echoes(t) {
		for _, tt := range []struct {
			opts server.Options
			want time.Duration
		}{{server.Options{}, 10 * time.Second}, {server.Options{ReadTimeout: 3 * time.Second}, 3 * time.Second}} {
			t.Run(fmt.Sprintf("%s %v", network, tt.want), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					h := start(t, network, tt.opts)
					conn := h.open(t, network)
					time.Sleep(time.Minute)
					_, err := io.WriteString(conn, request[:len(request)-1])
					require.NoError(t, err)
					require.Empty(t, requireHangsUp(t, conn, tt.want), "an answer would say that the method refused")
					require.Equal(t, 1, strings.Count(h.log.String(), "not whole in time"), h.log.String())
					require.Contains(t, h.log.String(), "peer=")

					conn = h.open(t, network)
					var dripping sync.WaitGroup
					defer dripping.Wait()
					dripping.Go(func() {
						for _, b := range []byte(request[:len(request)-1]) {
							if _, err := conn.Write([]byte{b}); err != nil {
								return
							}
							time.Sleep(tt.want / 8)
						}
					})
					requireHangsUp(t, conn, tt.want) // though something comes all the time
				})
			})
		}
	}
}

func TestHalfARequestThatCameWithAnotherHasADeadlineToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for network, request := range echoes(t) {
			if network == "http" {
				continue
			}
			conn := start(t, network, server.Options{}).open(t, network)
			two := request + request
			if network == "tcp" {
				two = gobOf(t, rpc.Request{ServiceMethod: "Odd.Echo"}, []byte("x"), rpc.Request{ServiceMethod: "Odd.Echo"}, []byte("x"))
			}
			go io.WriteString(conn, two[:len(two)-2])
			require.NotEmpty(t, requireHangsUp(t, conn, 10*time.Second), network)
		}
	})
}

func TestARequestInPiecesIsServedAndItsDeadlineEndsWithIt(t *testing.T) {
	for network, request := range echoes(t) {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, network, server.Options{})
				conn := h.open(t, network)
				io.WriteString(conn, request[:20])
				time.Sleep(9 * time.Second)
				io.WriteString(conn, request[20:])
				n, err := conn.Read(make([]byte, 1000))
				require.NoError(t, err)
				require.Positive(t, n)
				go io.Copy(io.Discard, conn) // the rest of the reply
				time.Sleep(5 * time.Minute)
				_, err = conn.Write([]byte(request[:1]))
				require.NoError(t, err, "it is idle for five minutes")
			})
		})
	}
}

func TestAnIdleConnectionIsHungUpOnAfterTenMinutes(t *testing.T) {
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, network, server.Options{})
				requireHangsUp(t, h.open(t, network), 10*time.Minute)

				c := h.client(t, network)
				for range 3 {
					time.Sleep(9 * time.Minute)
					requireWorks(t, c, "nine minutes after the last")
				}
				require.NoError(t, c.Call("Odd.Slow", time.Hour, new(bool)), "a connection with a call is not idle")
				time.Sleep(9 * time.Minute)
				requireWorks(t, c, "nine minutes after the call")
				time.Sleep(11 * time.Minute)
				require.Error(t, c.Call("Odd.Slow", time.Second, new(bool)), "eleven minutes after the last")
				require.Empty(t, h.log.String())
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{IdleTimeout: time.Second})
		requireHangsUp(t, h.dial(t), time.Second)
	})
}

func TestAConnectionMayBeIdleForTheLongestTime(t *testing.T) {
	for network, request := range echoes(t) {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, network, server.Options{IdleTimeout: math.MaxInt64})
				conn := h.open(t, network)
				io.WriteString(conn, request[:20]) // it has a deadline from now on
				time.Sleep(9 * time.Second)
				io.WriteString(conn, request[20:])
				n, err := conn.Read(make([]byte, 1000))
				require.NoError(t, err)
				require.Positive(t, n)
				go io.Copy(io.Discard, conn) // the rest of the reply
				time.Sleep(100 * 24 * time.Hour)
				_, err = conn.Write([]byte(request[:1]))
				require.NoError(t, err)
			})
		})
	}
}

func TestAnOptionBelowZeroIsTheDefault(t *testing.T) {
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHost(t, server.Options{
					MaxMessage: -1, MaxCalls: -1, MaxAllCalls: -1, MaxUnread: -1, MaxHeld: -1, MaxConns: -1,
					ReadTimeout: -1, WriteTimeout: -1, IdleTimeout: -1,
				})
				h.serve(t, h.listen(t), network)
				c := h.client(t, network)
				requireWorks(t, c, "the first call")
				time.Sleep(5 * time.Minute)
				requireWorks(t, c, "a call after a while")
			})
		})
	}
}
