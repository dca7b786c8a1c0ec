package memnet_test

import (
	"context"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/memnet"
)

func TestBytesTravelBothWays(t *testing.T) {
	var network memnet.Network
	l, err := network.Listen("host:1")
	require.NoError(t, err)
	defer l.Close()
	require.Equal(t, "host:1", l.Addr().String())
	go func() {
		c, _ := l.Accept()
		io.Copy(c, c) // an echo
		c.Close()
	}()
	c, err := network.DialContext(t.Context(), "tcp", "host:1")
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Write([]byte("hello"))
	require.NoError(t, err)
	got := make([]byte, 5)
	_, err = io.ReadFull(c, got)
	require.NoError(t, err)
	require.Equal(t, "hello", string(got))
}

func TestDialWithoutAListenerIsRefusedAsByTCP(t *testing.T) {
	var network memnet.Network
	_, err := network.DialContext(t.Context(), "tcp", "host:1")
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
	require.IsType(t, &net.OpError{}, err)
	require.Contains(t, err.Error(), "host:1")
}

func TestDialWaitsForAcceptUntilItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		l, err := network.Listen("host:1")
		require.NoError(t, err)
		defer l.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		_, err = network.DialContext(ctx, "tcp", "host:1")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Minute, time.Since(start))
	})
}

func TestClosingTheListenerRefusesADialThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		l, err := network.Listen("host:1")
		require.NoError(t, err)
		time.AfterFunc(time.Second, func() { l.Close() })
		_, err = network.DialContext(t.Context(), "tcp", "host:1")
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		_, err = l.Accept()
		require.ErrorIs(t, err, net.ErrClosed)
	})
}

func TestAnAddressIsInUseUntilItsListenerIsClosed(t *testing.T) {
	var network memnet.Network
	first, err := network.Listen("host:1")
	require.NoError(t, err)
	_, err = network.Listen("host:1")
	require.ErrorIs(t, err, syscall.EADDRINUSE)

	require.NoError(t, first.Close())
	second, err := network.Listen("host:1")
	require.NoError(t, err)
	require.NoError(t, first.Close(), "closing twice")
	_, err = network.Listen("host:1")
	require.ErrorIs(t, err, syscall.EADDRINUSE, "the second listener has lost its address to the first one's second Close")
	require.NoError(t, second.Close())
}

func TestDeadlinesAreInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		l, err := network.Listen("host:1")
		require.NoError(t, err)
		defer l.Close()
		go network.DialContext(t.Context(), "tcp", "host:1")
		c, err := l.Accept()
		require.NoError(t, err)
		defer c.Close()
		start := time.Now()
		require.NoError(t, c.SetReadDeadline(start.Add(time.Hour)))
		_, err = c.Read(make([]byte, 1))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		require.Equal(t, time.Hour, time.Since(start))
	})
}
