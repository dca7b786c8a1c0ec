package embedded_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/mtls"
)

func TestNodeKeepsItsDataInAGivenDirectory(t *testing.T) {
	t.Parallel()
	opts := embedded.Quick()
	opts.Dir = t.TempDir()
	for round := range 2 {
		n, err := embedded.Start(t.Context(), opts)
		require.NoError(t, err)
		client := etcdtest.Client(t, mtls.Files{}, n.Addr())
		resp, err := client.Get(t.Context(), "k")
		require.NoError(t, err)
		require.Len(t, resp.Kvs, round)
		_, err = client.Put(t.Context(), "k", "v")
		require.NoError(t, err)
		client.Close()
		require.NoError(t, n.Close())
	}
}

func TestNodeThatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	n, opts := etcdtest.Start(t, mtls.Files{}), embedded.Quick()
	opts.Listen = n.Addr()
	_, err := embedded.Start(t.Context(), opts)
	require.ErrorContains(t, err, n.Addr())

	peers, err := embedded.FreePorts(2) // the second of which stays free
	require.NoError(t, err)
	opts = embedded.Quick()
	opts.ListenPeer, opts.Cluster = peers[0], "n1=http://"+peers[0]+",n2=http://"+peers[1]
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = embedded.Start(ctx, opts)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestAPortInUseIsSuchAnError(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	opts := embedded.Quick()
	opts.Listen = l.Addr().String()
	_, err = embedded.Start(t.Context(), opts)
	require.True(t, embedded.PortTaken(err), "%v", err) // which is how others are chosen when it was not asked for
}
