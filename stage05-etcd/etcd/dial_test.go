package etcd_test

import (
	"bytes"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/proxytest"
)

func TestRefusedLogInIsAnErrorOfDial(t *testing.T) {
	t.Parallel()
	tr := newTrust(t)
	addr := startSecure(t, tr)
	for name, password := range map[string]string{"workshop": "wrong", "nobody": "secret"} {
		opts := unhurried()
		opts.Username, opts.Password = name, password
		var err error
		opts.TLS, err = tr.ofClient.Client()
		require.NoError(t, err)
		_, err = etcd.Dial(etcd.Scheme+addr, opts)
		require.EqualError(t, err, "etcd "+addr+": etcdserver: authentication failed, invalid user ID or password")
	}
}

// What etcd answers is worth more than why another connection failed.
func TestRefusedLogInIsNotMistakenForADeadEndpoint(t *testing.T) {
	t.Parallel()
	n := ownNode(t, embedded.Quick())
	opts := unhurried()
	enableAuth(t, raw(t, n.Addr()), opts.Prefix)
	opts.Username, opts.Password = "workshop", "wrong password"
	path := proxytest.Start(t, n.Addr())
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { dead.Close() })
	hangUp := func(sent []byte) { // when the log-in is under way, and wait until that is noticed
		if !bytes.Contains(sent, []byte(opts.Password)) {
			return
		}
		if conn, err := dead.Accept(); err == nil {
			conn.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, conn)
			conn.Close()
			dead.Close()
		}
	}
	path.OnPassing(hangUp)
	_, err = etcd.Dial(etcd.Scheme+dead.Addr().String()+","+path.Addr(), opts)
	require.ErrorIs(t, err, rpctypes.ErrAuthFailed)
}
