package etcd_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"example.com/workshop/stage05-etcd/internal/devca"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/mtls"
)

// trust is a CA, and the files of an etcd on loopback and of a client.
type trust struct {
	ca             *devca.CA
	dir            string
	node, ofClient mtls.Files
}

func newTrust(t *testing.T) (tr trust) {
	t.Helper()
	var err error
	tr.ca, err = devca.New(devca.Options{})
	require.NoError(t, err)
	tr.dir = t.TempDir()
	tr.node, err = tr.ca.Write(tr.dir, "etcd", "127.0.0.1")
	require.NoError(t, err)
	tr.ofClient, err = tr.ca.Write(tr.dir, "client")
	require.NoError(t, err)
	return tr
}

// startSecure returns the address of an etcd that wants certificates and
// passwords.
func startSecure(t *testing.T, tr trust) string {
	t.Helper()
	opts := embedded.Quick()
	opts.TLS = tr.node
	n := ownNode(t, opts)
	config, err := tr.ofClient.Client()
	require.NoError(t, err)
	root, err := clientv3.New(clientv3.Config{Endpoints: []string{n.Addr()}, TLS: config, Logger: zap.NewNop()})
	require.NoError(t, err)
	defer root.Close()
	enableAuth(t, root, "/")
	return n.Addr()
}

// enableAuth makes a user that may do everything below prefix.
func enableAuth(t *testing.T, client *clientv3.Client, prefix string) {
	t.Helper()
	for _, do := range []func(context.Context) error{
		func(ctx context.Context) error { _, err := client.UserAdd(ctx, "root", "root"); return err },
		func(ctx context.Context) error { _, err := client.UserGrantRole(ctx, "root", "root"); return err },
		func(ctx context.Context) error { _, err := client.UserAdd(ctx, "workshop", "secret"); return err },
		func(ctx context.Context) error { _, err := client.RoleAdd(ctx, "registry"); return err },
		func(ctx context.Context) error {
			_, err := client.RoleGrantPermission(ctx, "registry", prefix, clientv3.GetPrefixRangeEnd(prefix), clientv3.PermissionType(clientv3.PermReadWrite))
			return err
		},
		func(ctx context.Context) error {
			_, err := client.UserGrantRole(ctx, "workshop", "registry")
			return err
		},
		func(ctx context.Context) error { _, err := client.AuthEnable(ctx); return err },
	} {
		require.NoError(t, do(t.Context()))
	}
}
