package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
	"example.com/workshop/stage05-etcd/mtls"
)

// files are those of one side in dir.
func files(dir, side string) mtls.Files {
	return mtls.Files{
		Cert: filepath.Join(dir, side+".pem"), Key: filepath.Join(dir, side+"-key.pem"), CA: filepath.Join(dir, "ca.pem"),
	}
}

// shake returns what the two sides find wrong when they meet at a host.
func shake(t *testing.T, host string, ofServer, ofClient mtls.Files) error {
	t.Helper()
	serverConfig, err := ofServer.Server()
	require.NoError(t, err)
	clientConfig, err := ofClient.Client()
	require.NoError(t, err)
	clientConfig.ServerName = host
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	for _, conn := range []net.Conn{near, far} {
		require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	}
	done := make(chan error, 1)
	go func() {
		err := tls.Server(far, serverConfig).HandshakeContext(t.Context())
		far.Close()
		done <- err
	}()
	err = tls.Client(near, clientConfig).HandshakeContext(t.Context())
	near.Close()
	return errors.Join(err, <-done)
}

func TestBothSidesAcceptOneAnother(t *testing.T) {
	t.Parallel()
	p := cmdtest.Start(t, "-hosts", "10.0.0.1,server-1.example.com", "-valid", "2h")
	want := ""
	for _, side := range []string{"server", "client"} {
		f := files(".certs", side)
		want += fmt.Sprintf("-tls-cert %s -tls-key %s -tls-ca %s\n", f.Cert, f.Key, f.CA)
	}
	require.Equal(t, cmdtest.Outcome{Stdout: want}, p.Wait())

	in := filepath.Join(p.Cmd.Dir, ".certs") // which git ignores
	ofServer, ofClient := files(in, "server"), files(in, "client")
	require.NoError(t, shake(t, "10.0.0.1", ofServer, ofClient))
	require.NoError(t, shake(t, "server-1.example.com", ofServer, ofClient))
	require.ErrorContains(t, shake(t, "10.0.0.2", ofServer, ofClient), "certificate is valid for 10.0.0.1, not 10.0.0.2")
	require.Error(t, shake(t, "10.0.0.1", ofClient, ofServer), "a client's certificate is for no server")

	pair, err := tls.LoadX509KeyPair(ofServer.Cert, ofServer.Key)
	require.NoError(t, err)
	require.WithinDuration(t, time.Now().Add(2*time.Hour), pair.Leaf.NotAfter, time.Minute)
}

func TestOnlyTheOwnerMayReadKeys(t *testing.T) {
	t.Parallel()
	p := cmdtest.Start(t, "-dir", ".")
	require.Zero(t, p.Wait().Code)
	entries, err := os.ReadDir(p.Cmd.Dir)
	require.NoError(t, err)
	modes := map[string]os.FileMode{}
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		modes[e.Name()] = info.Mode()
	}
	want := map[string]os.FileMode{
		"ca.pem": 0o644, "server.pem": 0o644, "server-key.pem": 0o600, "client.pem": 0o644, "client-key.pem": 0o600,
	}
	if runtime.GOOS == "windows" { // has other means
		for name := range want {
			want[name] = 0o666
		}
	}
	require.Empty(t, cmp.Diff(modes, want), "and the CA's key is nowhere")
}

func TestASecondRunReplacesAllOfTheFirst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.Zero(t, cmdtest.Start(t, "-dir", dir).Wait().Code)
	old := t.TempDir()
	require.NoError(t, os.CopyFS(old, os.DirFS(dir)))
	require.Zero(t, cmdtest.Start(t, "-dir", dir).Wait().Code)
	require.NoError(t, shake(t, "localhost", files(dir, "server"), files(dir, "client")))
	require.Error(t, shake(t, "localhost", files(dir, "server"), files(old, "client")))
}

func TestPathsThatCannotBeWrittenAreNoSuccess(t *testing.T) {
	t.Parallel()
	cmdtest.RequireWritten(t, "certs", "-dir", t.TempDir())
}
