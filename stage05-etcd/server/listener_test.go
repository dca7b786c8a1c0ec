package server_test

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/server"
)

// flaky is a listener whose Accept fails a number of times first.
type flaky struct {
	net.Listener
	failures int
}

var errFiles = errors.New("accept: too many open files")

func (f *flaky) Accept() (net.Conn, error) {
	if f.failures > 0 {
		f.failures--
		return nil, errFiles
	}
	return f.Listener.Accept()
}

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

// late is a listener that has one connection to hand over after it is closed.
type late struct {
	net.Listener
	once   sync.Once
	closed chan struct{}
	conns  chan net.Conn
}

func (l *late) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

func (l *late) Accept() (net.Conn, error) {
	<-l.closed
	select {
	case c := <-l.conns:
		return c, nil
	default:
		return nil, net.ErrClosed
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
