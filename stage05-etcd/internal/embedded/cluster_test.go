package embedded_test

import (
	"context"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/mtls"
)

func TestClusterOutlivesOneNode(t *testing.T) {
	t.Parallel()
	nodes, err := embedded.StartCluster(t.Context(), 3, embedded.Quick())
	require.NoError(t, err)
	t.Cleanup(func() { embedded.CloseAll(nodes) })
	require.NoError(t, nodes[0].Close())
	client := etcdtest.Client(t, mtls.Files{}, embedded.Addrs(nodes[1:])...)
	require.Eventually(t, func() bool { // there may have to be an election
		_, err := client.Put(t.Context(), "k", "v")
		return err == nil
	}, 30*time.Second, 10*time.Millisecond)
}

func TestNodesThatWereClosedStartAgainWhereTheyWereWithTheirData(t *testing.T) {
	t.Parallel()
	opts := embedded.Quick()
	opts.Dir = t.TempDir()
	nodes, err := embedded.StartCluster(t.Context(), 3, opts)
	require.NoError(t, err)
	t.Cleanup(func() { embedded.CloseAll(nodes) })
	_, err = etcdtest.Client(t, mtls.Files{}, embedded.Addrs(nodes)...).Put(t.Context(), "k", "v")
	require.NoError(t, err)
	addrs := embedded.Addrs(nodes)
	embedded.CloseAll(nodes)

	taken, err := net.Listen("tcp", addrs[0])
	require.NoError(t, err)
	time.AfterFunc(300*time.Millisecond, func() { taken.Close() })
	nodes, err = embedded.Restart(t.Context(), nodes...)
	require.NoError(t, err)
	require.Equal(t, addrs, embedded.Addrs(nodes))
	leader, err := embedded.Leader(t.Context(), nodes)
	require.NoError(t, err)
	require.True(t, slices.Contains(nodes, leader))
	resp, err := etcdtest.Client(t, mtls.Files{}, embedded.Addrs(nodes)...).Get(t.Context(), "k")
	require.NoError(t, err)
	require.Len(t, resp.Kvs, 1)
}

func TestNodesThatCannotStartAgainSaySo(t *testing.T) {
	t.Parallel()
	n, err := embedded.Start(t.Context(), embedded.Quick())
	require.NoError(t, err)
	addr := n.Addr()
	require.NoError(t, n.Close())
	taken, err := net.Listen("tcp", addr)
	require.NoError(t, err)
	defer taken.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = embedded.Restart(ctx, n)
	require.True(t, embedded.PortTaken(err), "%v", err)
}

func TestANodeTellsTheOthersTheAddressThatTheClustersListHasForIt(t *testing.T) {
	t.Parallel()
	const proxy = "http://127.0.0.1:9" // at which the node does not listen
	opts := embedded.Quick()
	opts.Cluster = "n1=" + proxy
	n, err := embedded.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.Close()) })
	resp, err := etcdtest.Client(t, mtls.Files{}, n.Addr()).MemberList(t.Context())
	require.NoError(t, err)
	require.Len(t, resp.Members, 1)
	require.Equal(t, []string{proxy}, resp.Members[0].PeerURLs)

	opts.Cluster += "%"
	_, err = embedded.Start(t.Context(), opts)
	require.ErrorContains(t, err, "127.0.0.1:9%")
}
