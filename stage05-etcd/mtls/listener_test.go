package mtls_test

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/mtls"
)

const memAddr = "127.0.0.1:1234"

// issued is a time at which certificates hold. In a bubble it is the year 2000.
var issued = time.Now()

// listenMem returns a TLS listener in memory, for two handshakes at once, and what dials
// it.
func listenMem(t *testing.T, files mtls.Files) (net.Listener, *memnet.Network) {
	t.Helper()
	var network memnet.Network
	l, err := network.Listen(memAddr)
	require.NoError(t, err)
	cfg := serverConfig(t, files)
	cfg.Time = func() time.Time { return issued }
	return mtls.NewListener(l, cfg, mtls.Options{Logger: logtest.Quiet(), MaxHandshakes: 2}), &network
}

// requireAccepted has a client of the CA connect.
func requireAccepted(t *testing.T, l net.Listener, network *memnet.Network, files mtls.Files) {
	t.Helper()
	cfg, err := files.Client()
	require.NoError(t, err)
	cfg.Time = func() time.Time { return issued }
	go func() {
		dial := mtls.Dialer(cfg, mtls.Options{DialContext: network.DialContext})
		if conn, err := dial(context.Background(), "tcp", memAddr); err == nil {
			io.ReadAll(conn) // the server's tickets too
			conn.Close()
		}
	}()
	conn, err := l.Accept()
	require.NoError(t, err)
	conn.Close()
}

func TestSilentClientIsCutOffAndDelaysNobody(t *testing.T) {
	_, ofServer, ofClient := certstest.New(t)
	synctest.Test(t, func(t *testing.T) {
		l, network := listenMem(t, ofServer)
		defer l.Close()
		silent, err := network.DialContext(t.Context(), "tcp", memAddr)
		require.NoError(t, err)
		defer silent.Close()
		start := time.Now()
		requireAccepted(t, l, network, ofClient)
		require.Zero(t, time.Since(start), "it waited for the silent client")

		_, err = silent.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		require.Equal(t, 5*time.Second, time.Since(start))
	})
}

func TestSilentClientsShutNobodyOut(t *testing.T) {
	_, ofServer, ofClient := certstest.New(t)
	synctest.Test(t, func(t *testing.T) {
		l, network := listenMem(t, ofServer)
		defer l.Close()
		start := time.Now()
		var silent []net.Conn
		for range 5 {
			conn, err := network.DialContext(t.Context(), "tcp", memAddr)
			require.NoError(t, err)
			defer conn.Close()
			silent = append(silent, conn)
			synctest.Wait()
		}
		requireAccepted(t, l, network, ofClient)
		for i, conn := range silent {
			_, err := conn.Read(make([]byte, 1))
			require.ErrorIs(t, err, io.EOF)
			if i < 4 {
				require.Zero(t, time.Since(start), "those that have been silent for the longest make room")
			}
		}
		require.Equal(t, 5*time.Second, time.Since(start), "the last one had its time")
	})
}

func TestAnAcceptedConnectionMakesNoRoomForHandshakes(t *testing.T) {
	_, ofServer, ofClient := certstest.New(t)
	synctest.Test(t, func(t *testing.T) {
		l, network := listenMem(t, ofServer)
		defer l.Close()
		cfg, err := ofClient.Client()
		require.NoError(t, err)
		cfg.Time = func() time.Time { return issued }
		go func() {
			if conn, err := mtls.Dialer(cfg, mtls.Options{DialContext: network.DialContext})(t.Context(), "tcp", memAddr); err == nil {
				conn.Write([]byte("x"))
				io.ReadAll(conn)
				conn.Close()
			}
		}()
		conn, err := l.Accept()
		require.NoError(t, err)
		defer conn.Close()
		for range 3 { // of whom two may shake hands at once
			silent, err := network.DialContext(t.Context(), "tcp", memAddr)
			require.NoError(t, err)
			defer silent.Close()
			synctest.Wait()
		}
		_, err = conn.Read(make([]byte, 1))
		require.NoError(t, err)
	})
}

func TestCloseEndsAcceptAndHandshakesInProgress(t *testing.T) {
	_, ofServer, _ := certstest.New(t)
	synctest.Test(t, func(t *testing.T) {
		l, network := listenMem(t, ofServer)
		silent, err := network.DialContext(t.Context(), "tcp", memAddr)
		require.NoError(t, err)
		failed := make(chan error, 1)
		go func() {
			_, err := l.Accept()
			failed <- err
		}()
		synctest.Wait()
		start := time.Now()
		require.NoError(t, l.Close())
		require.ErrorIs(t, <-failed, net.ErrClosed)
		_, err = silent.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		require.Zero(t, time.Since(start))
	})
}

func TestStrangersDoNotFillTheLog(t *testing.T) {
	_, ofServer, _ := certstest.New(t)
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var log logtest.Buffer
		plain, err := network.Listen(memAddr)
		require.NoError(t, err)
		l := mtls.NewListener(plain, serverConfig(t, ofServer), mtls.Options{Logger: log.Logger()})
		defer l.Close()
		for range 515 {
			conn, err := network.DialContext(t.Context(), "tcp", memAddr)
			require.NoError(t, err)
			_, err = io.WriteString(conn, "GET / HTTP/1.1\r\n\r\n")
			require.NoError(t, err)
			require.NoError(t, conn.Close())
			synctest.Wait() // it has been refused
		}
		require.Equal(t, 25, strings.Count(log.String(), "TLS client refused"), log.String())
		require.Contains(t, log.String(), "line=512")
	})
}
