//go:build unix

package registry_test

import (
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

// maxConns is how many connections a registry takes of those that limitDescriptors leaves.
const maxConns = 75

// limitDescriptors lets the process have a hundred descriptors until the test ends.
func limitDescriptors(t *testing.T) {
	t.Helper()
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	fewer := limit
	fewer.Cur = 100
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &fewer))
	t.Cleanup(func() { require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)) })
}

// strangers open 200 connections, one after the other, and send text on each.
func strangers(t *testing.T, network *memnet.Network, text string) []net.Conn {
	t.Helper()
	conns := make([]net.Conn, 200)
	for i := range conns {
		conns[i] = connect(t, network)
		io.WriteString(conns[i], text) // unless it has been closed
		synctest.Wait()
		time.Sleep(time.Millisecond)
	}
	return conns
}

func TestStrangersConnectionsShutNobodyOut(t *testing.T) {
	for name, text := range map[string]string{
		"silent":         "",
		"half a header":  "GET",
		"half a body":    "POST /register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
		"a request each": "GET /services HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			limitDescriptors(t)
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				serve(t, &network, registry.Handler(newStore()))
				client := http.Client{Transport: &http.Transport{DialContext: network.DialContext}}
				defer client.CloseIdleConnections()
				get := func() {
					t.Helper()
					resp, err := client.Get("http://" + address + "/services")
					require.NoError(t, err)
					defer resp.Body.Close()
					_, err = io.ReadAll(resp.Body) // or the connection is not used again
					require.NoError(t, err)
				}
				for range 3 { // connections that end make no room twice
					get()
					client.CloseIdleConnections()
					synctest.Wait()
				}
				conns, start := strangers(t, &network, text), time.Now()
				get()
				get()
				synctest.Wait()
				require.Zero(t, time.Since(start))
				for _, conn := range conns[:len(conns)+1-maxConns] {
					untilClosed(t, conn)
				}
				require.Zero(t, time.Since(start), "those that were there the longest made room")
				time.Sleep(time.Millisecond)
				conns[len(conns)+1-maxConns].SetReadDeadline(time.Now().Add(time.Second))
				_, err := io.ReadAll(conns[len(conns)+1-maxConns])
				require.Error(t, err, "the others are connected")
			})
		})
	}
}
