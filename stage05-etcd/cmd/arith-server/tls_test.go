package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/grpcarith"
	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/internal/cmdtest"
	"example.com/workshop/stage05-etcd/mtls"
)

// multiply makes a call over net/rpc with TLS, or without it.
func multiply(t *testing.T, addr string, files mtls.Files) error {
	t.Helper()
	cfg, err := files.Client()
	require.NoError(t, err)
	c, err := client.Dial(t.Context(), "tcp", addr, client.Options{DialContext: mtls.Dialer(cfg, mtls.Options{})})
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Call(t.Context(), "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int))
}

func TestWithTLSOnlyClientsOfTheCAAreServed(t *testing.T) {
	t.Parallel()
	_, ofServer, ofClient := certstest.New(t)
	_, _, ofStranger := certstest.New(t)
	ofStranger.CA = ofServer.CA // it trusts the server
	p := cmdtest.Start(t, certstest.Args(ofServer, "-registry", "", "-listen", "127.0.0.1:0", "-grpc", "127.0.0.1:0")...)
	addr, overGRPC := p.Addr(), grpcAddr(t, p)
	require.NoError(t, multiply(t, addr, ofClient))
	require.ErrorIs(t, multiply(t, addr, ofStranger), mtls.ErrRefused)
	require.ErrorIs(t, multiply(t, addr, mtls.Files{}), mtls.ErrTLSRequired)

	cfg, err := ofClient.Client()
	require.NoError(t, err)
	requireServesGRPC(t, overGRPC, grpcarith.ClientOptions{TLS: cfg})
	plain, err := grpcarith.Dial(overGRPC, grpcarith.ClientOptions{Timeout: 10 * time.Second})
	require.NoError(t, err)
	defer plain.Close()
	require.ErrorContains(t, plain.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int)), mtls.ErrTLSRequired.Error())
}

func TestWithTLSEtcdIsAskedOverTLSToo(t *testing.T) {
	t.Parallel()
	_, ofServer, _ := certstest.New(t)
	url, etcd := serveEtcd(t, ofServer)
	p := cmdtest.Start(t, certstest.Args(ofServer, "-registry", url, "-listen", "127.0.0.1:0")...)
	addr := p.Addr()
	p.Said("registered")
	require.Equal(t, addr, entries(t, etcd, "Arith")["/services/Arith/-/"+addr].Addr)

	plain := cmdtest.Start(t, "-registry", url, "-listen", "127.0.0.1:0", "-ttl", "1s") // so that it asks for a third of that
	plain.Addr()
	require.Contains(t, plain.Said("trying again"), "speaks TLS only: give -tls-cert, -tls-key and -tls-ca")
	require.Len(t, entries(t, etcd, "Arith"), 1)
}

func TestWithTLSARegistryInTheClearExitsWith2(t *testing.T) {
	t.Parallel()
	_, ofServer, _ := certstest.New(t)
	cmdtest.RequireOneLine(t, cmdtest.Start(t, certstest.Args(ofServer)...).Wait(), 2,
		`arith-server: registry "http://127.0.0.1:8500" speaks in the clear: with TLS want etcd://HOST:PORT or https://HOST:PORT (-h helps)`)
}

func TestAFileThatIsNoCertificateIsNamedAndExitsWith2(t *testing.T) {
	t.Parallel()
	_, ofServer, _ := certstest.New(t)
	ofServer.CA = filepath.Join(t.TempDir(), "empty.pem")
	require.NoError(t, os.WriteFile(ofServer.CA, nil, 0o600))
	cmdtest.RequireOneLine(t, cmdtest.Start(t, certstest.Args(ofServer, "-registry", "")...).Wait(), 2,
		"arith-server: TLS CA: "+ofServer.CA+" holds no PEM certificate (-h helps)")
}
