package server_test

import (
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage01-rpc/server"
)

func TestAcceptErrorsThatPassAreWaitedOut(t *testing.T) {
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHost(t, server.Options{})
				began := time.Now()
				h.serve(t, &flaky{Listener: h.listen(t), failures: 3}, network)
				requireWorks(t, h.client(t, network), "the listener works again")
				require.Equal(t, 300*time.Millisecond, time.Since(began), "a tenth of a second between attempts")
				require.Contains(t, h.log.String(), errFiles.Error())
			})
		})
	}
}

func TestAListenerThatEndsWithAnErrorOfItsOwnEndsServe(t *testing.T) {
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHost(t, server.Options{})
				h.serve(t, over{h.listen(t)}, network)
				require.ErrorIs(t, <-h.served, errOver, "it was none of the network's, and so will not pass")
			})
		})
	}
}

// over is a listener that has ended.
type over struct{ net.Listener }

var errOver = errors.New("mux: no more connections")

func (over) Accept() (net.Conn, error) { return nil, errOver }

func TestShutdownDoesNotWaitForAListenerThatFails(t *testing.T) {
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHost(t, server.Options{})
				h.serve(t, &flaky{Listener: h.listen(t), failures: 1 << 30}, network)
				time.Sleep(1050 * time.Millisecond) // in the middle of a wait
				began := time.Now()
				require.NoError(t, h.Shutdown(t.Context()))
				require.Equal(t, server.ErrServerClosed, <-h.served)
				require.Zero(t, time.Since(began))
			})
		})
	}
}

func TestAConnectionAcceptedDuringShutdownIsHungUpOn(t *testing.T) {
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHost(t, server.Options{})
				near, far := net.Pipe()
				conns := make(chan net.Conn, 1)
				conns <- far
				h.serve(t, &late{Listener: h.listen(t), closed: make(chan struct{}), conns: conns}, network)
				synctest.Wait()
				require.NoError(t, h.Shutdown(t.Context()))
				_, err := near.Read(make([]byte, 1))
				require.Equal(t, io.EOF, err)
				require.Equal(t, server.ErrServerClosed, <-h.served)
			})
		})
	}
}
