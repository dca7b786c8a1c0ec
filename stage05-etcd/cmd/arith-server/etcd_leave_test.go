//go:build unix

package main

import (
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
	"example.com/workshop/stage05-etcd/mtls"
	"example.com/workshop/stage05-etcd/registry"
)

func TestTheEntryInEtcdHasALeaseAndLeavesWithTheServer(t *testing.T) {
	t.Parallel()
	url, client := serveEtcd(t, mtls.Files{})
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", url, "-service", "Slow", "-id", "a", "-version", "v1.2", "-weight", "2")
	addr := p.Addr()
	p.Said("registered")
	found := entries(t, client, "Slow")
	require.Empty(t, cmp.Diff(found, map[string]registry.Instance{"/services/Slow/v1.2/a": {
		Service: "Slow", ID: "a", Addr: addr, Network: "tcp", Version: "v1.2", Weight: 2,
		Metadata: found["/services/Slow/v1.2/a"].Metadata,
	}}))
	p.Signal(syscall.SIGTERM)
	require.Equal(t, cmdtest.Outcome{}, p.Wait())
	resp, err := client.Get(t.Context(), "", clientv3.WithFromKey())
	require.NoError(t, err)
	require.Empty(t, resp.Kvs)
	leases, err := client.Leases(t.Context())
	require.NoError(t, err)
	require.Empty(t, leases.Leases)
}

func TestASignalEndsTheServerThatIsStillTryingToReachEtcd(t *testing.T) {
	t.Parallel()
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", "etcd://127.0.0.1:1", "-ttl", "1s")
	p.Said("trying again until it works")
	p.Signal(syscall.SIGTERM)
	require.Zero(t, p.Wait().Code)
}
