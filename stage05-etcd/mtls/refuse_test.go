package mtls_test

import (
	"context"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/mtls"
)

// alert is what a listener tells a client that speaks no TLS.
const alert = "\x15\x03\x03\x00\x02\x02\x46"

// stranger returns a connection to l that has said something that is not TLS.
func stranger(t *testing.T, dial func(ctx context.Context, network, addr string) (net.Conn, error), addr, text string) net.Conn {
	t.Helper()
	conn, err := dial(t.Context(), "tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	_, err = io.WriteString(conn, text)
	require.NoError(t, err)
	return conn
}

func TestAStrangerIsToldWhyAndHungUpOn(t *testing.T) {
	_, ofServer, _ := certstest.New(t)
	synctest.Test(t, func(t *testing.T) {
		l, network := listenMem(t, ofServer)
		defer l.Close()
		start := time.Now()
		said, err := io.ReadAll(stranger(t, network.DialContext, memAddr, "hello"))
		require.NoError(t, err)
		require.Equal(t, alert, string(said))
		require.Zero(t, time.Since(start))
	})
}

// Closing a socket with unread bytes resets the connection.
func TestAStrangerThatSendsMuchIsToldWhy(t *testing.T) {
	_, ofServer, _ := certstest.New(t)
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l := mtls.NewListener(plain, serverConfig(t, ofServer), mtls.Options{Logger: logtest.Quiet()})
	defer l.Close()
	conn := stranger(t, new(net.Dialer).DialContext, l.Addr().String(), string(make([]byte, 64<<10)))
	require.NoError(t, conn.(*net.TCPConn).CloseWrite())
	said, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.Equal(t, alert, string(said))
}

func TestAStrangerThatDoesNotReadIsHungUpOnAfterASecond(t *testing.T) {
	_, ofServer, _ := certstest.New(t)
	synctest.Test(t, func(t *testing.T) {
		l, network := listenMem(t, ofServer)
		defer l.Close()
		start := time.Now()
		conn := stranger(t, network.DialContext, memAddr, "hello")
		_, err := conn.Write([]byte("x")) // which nobody reads
		require.ErrorIs(t, err, io.ErrClosedPipe)
		require.Equal(t, time.Second, time.Since(start))

		start = time.Now()
		stranger(t, network.DialContext, memAddr, "hello")
		synctest.Wait()
		require.NoError(t, l.Close())
		require.Zero(t, time.Since(start), "Close does not wait for it")
	})
}

func TestAPlainConnectionTakesItsFirstBytesAloneForAnAlert(t *testing.T) {
	for first, required := range map[string]bool{
		alert: true, "\x15\x03": true,
		"\x15": false, "\x15\x02": false, "\x16\x03": false, "hello": false,
	} {
		near, far := net.Pipe()
		conn, err := mtls.Dialer(nil, mtls.Options{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return near, nil
		}})(t.Context(), "tcp", memAddr)
		require.NoError(t, err)
		go func() {
			defer far.Close()
			io.WriteString(far, first)
			io.WriteString(far, alert)
		}()
		buf := make([]byte, 100)
		n, err := conn.Read(buf)
		if required {
			require.ErrorIs(t, err, mtls.ErrTLSRequired)
		} else {
			require.NoError(t, err)
			require.Equal(t, first, string(buf[:n]))
		}
		said, err := io.ReadAll(conn)
		require.NoError(t, err)
		require.Equal(t, alert, string(said), "after %q", first)
	}
}

// counted counts the connections that are open.
type counted struct {
	net.Conn
	open *int
}

func (c counted) Close() error { *c.open--; return c.Conn.Close() }

func TestADialThatFailsLeavesNoConnectionOpen(t *testing.T) {
	_, ofServer, _ := certstest.New(t)
	_, _, ofOther := certstest.New(t)
	cfg, err := ofOther.Client()
	require.NoError(t, err)
	addr, open := serve(t, ofServer, "tcp"), 0
	_, err = mtls.Dialer(cfg, mtls.Options{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		open++
		return counted{conn, &open}, err
	}})(t.Context(), "tcp", addr)
	require.ErrorIs(t, err, mtls.ErrUnknownCA)
	require.Zero(t, open)
}
