// Package etcdtest gives a test an etcd of its own.
package etcdtest

import (
	"testing"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/mtls"
)

// Start starts an etcd that ends with the test. It speaks TLS if there are
// files.
func Start(t testing.TB, files mtls.Files) *embedded.Node {
	t.Helper()
	opts := embedded.Quick()
	opts.TLS = files
	n, err := embedded.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { n.Close() })
	return n
}

// Client returns a client of etcd itself until the test ends. It speaks TLS if
// there are files.
func Client(t testing.TB, files mtls.Files, endpoints ...string) *clientv3.Client {
	t.Helper()
	config, err := files.Client()
	require.NoError(t, err)
	client, err := clientv3.New(clientv3.Config{Endpoints: endpoints, TLS: config, Logger: zap.NewNop()})
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	return client
}

// EnableAuth makes etcd ask everybody for a password, and gives root one.
func EnableAuth(t testing.TB, client *clientv3.Client, password string) {
	t.Helper()
	_, err := client.UserAdd(t.Context(), "root", password)
	require.NoError(t, err)
	_, err = client.UserGrantRole(t.Context(), "root", "root") // which etcd makes for it
	require.NoError(t, err)
	_, err = client.AuthEnable(t.Context())
	require.NoError(t, err)
}
