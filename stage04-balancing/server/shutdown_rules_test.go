package server_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/server"
)

// reluctant is a listener whose Accept goes on for a while after Close.
type reluctant struct {
	net.Listener
	let chan struct{}
}

func (r reluctant) Accept() (net.Conn, error) {
	c, err := r.Listener.Accept()
	if err != nil {
		<-r.let
	}
	return c, err
}

func TestAShutdownWhoseContextHasEndedStopsEverythingAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, server.Options{})
		l := reluctant{h.listen(t), make(chan struct{})}
		h.serve(t, l, "tcp")
		defer close(l.let)
		stuck := h.client(t, "tcp").Go("Odd.Slow", time.Hour, new(bool), nil)
		synctest.Wait()
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		err := h.Shutdown(ended)
		require.EqualError(t, err, "server: 1 connections cut off: context canceled",
			"one connection was left; listeners do not count, and a ctx that has ended already stops the server all the same; "+seeN7)
		_, err = h.network.DialContext(t.Context(), "tcp", "host:1")
		require.Error(t, err, "the listener is closed even if ctx has ended already; "+seeN7)
		require.Equal(t, io.ErrUnexpectedEOF, (<-stuck.Done).Error, "the connection is closed even if ctx has ended already; "+seeN7)
	})
}

// failing is a connection whose CloseWrite fails.
type failing struct{ net.Conn }

func (failing) CloseWrite() error { return errors.New("no longer connected") }

type wrapping struct {
	net.Listener
	wrap func(net.Conn) net.Conn
}

func (l wrapping) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.wrap(c), nil
}

func TestOnlyAConnectionWhoseWritesHaveEndedLingers(t *testing.T) {
	for name, wrap := range map[string]func(net.Conn) net.Conn{
		"CloseWrite fails": func(c net.Conn) net.Conn { return failing{c} },
		"no CloseWrite":    func(c net.Conn) net.Conn { return struct{ net.Conn }{c} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHost(t, server.Options{})
				h.serve(t, wrapping{h.listen(t), wrap}, "tcp")
				c := rpc.NewClient(h.dial(t))
				defer c.Close()
				requireWorks(t, c, "before")
				began := time.Now()
				require.NoError(t, h.Shutdown(t.Context()))
				require.Zero(t, time.Since(began), "linger waits for the peer only if CloseWrite has succeeded: otherwise the peer does not learn that it is to close")
			})
		})
	}
}
