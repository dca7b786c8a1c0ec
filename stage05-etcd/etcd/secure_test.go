package etcd_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/internal/devca"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
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
	tr.ca, tr.node, tr.ofClient = certstest.New(t)
	tr.dir = filepath.Dir(tr.node.Cert)
	return tr
}

// startSecure returns the address of an etcd that wants certificates and
// passwords.
func startSecure(t *testing.T, tr trust) string {
	t.Helper()
	addr := etcdtest.Start(t, tr.node).Addr()
	enableAuth(t, etcdtest.Client(t, tr.ofClient, addr), "/")
	return addr
}

// enableAuth makes a user that may do everything below prefix.
func enableAuth(t *testing.T, client *clientv3.Client, prefix string) {
	t.Helper()
	for _, do := range []func(context.Context) error{
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
	} {
		require.NoError(t, do(t.Context()))
	}
	etcdtest.EnableAuth(t, client, "root")
}
