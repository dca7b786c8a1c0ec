//go:build unix

package server_test

import (
	"context"
	"net"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/server"
)

// TestByDefaultConnectionsMayTakeHalfTheDescriptors has two listeners, which are no
// connections.
func TestByDefaultConnectionsMayTakeHalfTheDescriptors(t *testing.T) {
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	fewer := limit
	fewer.Cur = 100
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &fewer))
	defer syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		other, err := h.network.Listen("host:2")
		require.NoError(t, err)
		served := make(chan error, 1)
		go func() { served <- h.Serve(other, "tcp") }()
		conns := make([]net.Conn, 49)
		for i := range conns {
			conns[i], err = h.network.DialContext(context.Background(), "tcp", "host:2")
			require.NoError(t, err)
			defer conns[i].Close()
		}
		synctest.Wait()
		requireWorks(t, h.client(t, "tcp"), "the fiftieth")
		synctest.Wait()
		h.dial(t)
		requireHangsUp(t, conns[0], 0)
	})
}
