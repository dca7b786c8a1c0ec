package registry_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/internal/memnet"
	"example.com/workshop/stage03-heartbeat/registry"
)

// connect opens a bare connection to the registry.
func connect(t *testing.T, network *memnet.Network) net.Conn {
	t.Helper()
	conn, err := network.DialContext(t.Context(), "tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

// untilClosed reads until the other side hangs up.
func untilClosed(t *testing.T, conn net.Conn) string {
	t.Helper()
	got, err := io.ReadAll(conn)
	require.NoError(t, err)
	return string(got)
}

func TestASlowHeaderIsCutOffAfterFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, registry.Handler(newStore()))
		conn, start := connect(t, &network), time.Now()
		var writer sync.WaitGroup
		writer.Go(func() {
			var err error
			for ; err == nil; time.Sleep(time.Second) {
				_, err = conn.Write([]byte("G"))
			}
		})
		require.NotContains(t, untilClosed(t, conn), "200 OK")
		require.Equal(t, 5*time.Second, time.Since(start))
		writer.Wait()
	})
}

func TestASlowBodyIsCutOffAfterTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, registry.Handler(newStore()))
		conn, start := connect(t, &network), time.Now()
		_, err := io.WriteString(conn, "POST /register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
		require.NoError(t, err)
		require.NotContains(t, untilClosed(t, conn), "200 OK")
		require.Equal(t, 10*time.Second, time.Since(start))
	})
}

func TestAPeerThatDoesNotReadIsCutOffAfterTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		done := make(chan time.Time, 1)
		serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(w, strings.NewReader(strings.Repeat("x", 1<<20)))
			done <- time.Now()
		}))
		conn, start := connect(t, &network), time.Now()
		_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		require.NoError(t, err)
		require.Equal(t, 10*time.Second, (<-done).Sub(start))
	})
}

func TestAnIdleConnectionIsClosedAfterTwoMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, registry.Handler(newStore()))
		conn, start := connect(t, &network), time.Now()
		_, err := io.WriteString(conn, "GET /services HTTP/1.1\r\nHost: x\r\n\r\n")
		require.NoError(t, err)
		require.Contains(t, untilClosed(t, conn), "200 OK")
		require.Equal(t, 2*time.Minute, time.Since(start))
	})
}

func TestALargeHeaderIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, registry.Handler(newStore()))
		conn := connect(t, &network)
		go io.WriteString(conn, "GET /services?"+strings.Repeat("x", 16<<10))
		require.Contains(t, untilClosed(t, conn), "431 Request Header Fields Too Large")
	})
}

func TestARequestInProgressIsAnsweredWhenTheRegistryStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		stop := serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Second)
			io.WriteString(w, "finished")
		}))
		conn := connect(t, &network)
		_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		require.NoError(t, err)
		synctest.Wait()
		go stop()
		require.Contains(t, untilClosed(t, conn), "finished")
		_, err = network.DialContext(t.Context(), "tcp", address)
		require.Error(t, err, "it does not listen any more")
	})
}

func TestStoppingTakesTwoSecondsAtMost(t *testing.T) {
	for name, request := range map[string]string{
		"a request that does not end": "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"half a request":              "GET",
		"no request":                  "",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				stop := serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					<-r.Context().Done()
				}))
				conn := connect(t, &network)
				_, err := io.WriteString(conn, request)
				require.NoError(t, err)
				synctest.Wait()
				start := time.Now()
				stop() // which fails the test if Serve returns an error
				require.Equal(t, 2*time.Second, time.Since(start))
				require.Empty(t, untilClosed(t, conn), "cut off")
			})
		})
	}
}

func TestServeReturnsAtOnceWhenItsContextHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		l, err := network.Listen(address)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.NoError(t, registry.Serve(ctx, l, registry.Handler(newStore())))
		_, err = network.Listen(address)
		require.NoError(t, err, "the address is free again")
	})
}

func TestServeReturnsTheErrorOfItsListener(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		l, err := network.Listen(address)
		require.NoError(t, err)
		l.Close()
		require.ErrorIs(t, registry.Serve(t.Context(), l, registry.Handler(newStore())), net.ErrClosed)
	})
}
