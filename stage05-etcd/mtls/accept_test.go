package mtls_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/mtls"
)

// failing is a listener whose first Accept fails, as does its Close.
type failing struct {
	net.Listener
	once error
}

var errClose = errors.New("close failed")

func (f *failing) Accept() (net.Conn, error) {
	if err := f.once; err != nil {
		f.once = nil
		return nil, err
	}
	return f.Listener.Accept()
}

func (f *failing) Close() error {
	f.Listener.Close()
	return errClose
}

func TestErrorsOfTheListenerArePassedOn(t *testing.T) {
	_, ofServer, ofClient := certstest.New(t)
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		plain, err := network.Listen(memAddr)
		require.NoError(t, err)
		tooMany := errors.New("too many open files")
		cfg := serverConfig(t, ofServer)
		cfg.Time = func() time.Time { return issued }
		l := mtls.NewListener(&failing{plain, tooMany}, cfg, mtls.Options{})
		_, err = l.Accept()
		require.Equal(t, tooMany, err)
		requireAccepted(t, l, &network, ofClient)
		require.Equal(t, errClose, l.Close())
	})
}

func TestCloseHangsUpOnAClientThatHasPassedAndWasNotAccepted(t *testing.T) {
	_, ofServer, ofClient := certstest.New(t)
	synctest.Test(t, func(t *testing.T) {
		l, network := listenMem(t, ofServer)
		cfg, err := ofClient.Client()
		require.NoError(t, err)
		cfg.Time = func() time.Time { return issued }
		conn, err := mtls.Dialer(cfg, mtls.Options{DialContext: network.DialContext})(t.Context(), "tcp", memAddr)
		require.NoError(t, err)
		defer conn.Close()
		ended := make(chan error, 1)
		go func() {
			_, err := io.ReadAll(conn)
			ended <- err
		}()
		synctest.Wait()
		require.NoError(t, l.Close())
		synctest.Wait()
		require.Len(t, ended, 1)
	})
}

func TestCloseReturnsWhenNoHandshakeRunsAnyMore(t *testing.T) {
	_, ofServer, ofClient := certstest.New(t)
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		plain, err := network.Listen(memAddr)
		require.NoError(t, err)
		cfg := serverConfig(t, ofServer)
		cfg.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
			time.Sleep(time.Second)
			return nil, nil
		}
		l := mtls.NewListener(plain, cfg, mtls.Options{})
		ofTLS, err := ofClient.Client()
		require.NoError(t, err)
		go mtls.Dialer(ofTLS, mtls.Options{DialContext: network.DialContext})(t.Context(), "tcp", memAddr)
		synctest.Wait()
		start := time.Now()
		require.NoError(t, l.Close())
		require.Equal(t, time.Second, time.Since(start))
	})
}
