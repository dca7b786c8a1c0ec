package embedded_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/goleak"
	"go.uber.org/zap"

	"example.com/workshop/stage05-etcd/internal/devca"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/mtls"
)

// connect returns a client that does as files say.
func connect(t *testing.T, files mtls.Files, nodes ...*embedded.Node) *clientv3.Client {
	t.Helper()
	var endpoints []string
	for _, n := range nodes {
		endpoints = append(endpoints, n.Addr())
	}
	config, err := files.Client()
	require.NoError(t, err)
	client, err := clientv3.New(clientv3.Config{Endpoints: endpoints, TLS: config, Logger: zap.NewNop()})
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	return client
}

// certificates returns the files of a node on loopback and of a client.
func certificates(t *testing.T) (ofNode, ofClient mtls.Files) {
	t.Helper()
	ca, err := devca.New(devca.Options{})
	require.NoError(t, err)
	dir := t.TempDir()
	ofNode, err = ca.Write(dir, "etcd", "127.0.0.1")
	require.NoError(t, err)
	ofClient, err = ca.Write(dir, "client")
	require.NoError(t, err)
	return ofNode, ofClient
}

func TestClosedNodeLeavesNoFileAndNoGoroutine(t *testing.T) {
	ofNode, ofClient := certificates(t)
	for name, files := range map[string]struct{ node, client mtls.Files }{
		"in the clear": {},
		"TLS":          {ofNode, ofClient},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TMPDIR", t.TempDir())
			before := goleak.IgnoreCurrent()
			opts := embedded.Quick()
			opts.TLS = files.node
			n, err := embedded.Start(t.Context(), opts)
			require.NoError(t, err)
			client := connect(t, files.client, n)
			_, err = client.Put(t.Context(), "k", "v")
			require.NoError(t, err)
			<-client.Watch(t.Context(), "k", clientv3.WithRev(1)) // is a stream that is open, and stays so
			began := time.Now()
			require.NoError(t, n.Close())
			require.Less(t, time.Since(began), 4*time.Second)
			require.NoError(t, n.Close(), "again")
			left, err := os.ReadDir(os.TempDir())
			require.NoError(t, err)
			require.Empty(t, left)
			require.NoError(t, client.Close())
			require.NoError(t, goleak.Find(before))
		})
	}
}

func TestNodeWithTLSAnswersNobodyWithoutACertificate(t *testing.T) {
	t.Parallel()
	opts := embedded.Quick()
	opts.TLS, _ = certificates(t)
	n, err := embedded.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { n.Close() })
	pem, err := os.ReadFile(opts.TLS.CA)
	require.NoError(t, err)
	trusted := x509.NewCertPool()
	require.True(t, trusted.AppendCertsFromPEM(pem))
	conn, err := tls.Dial("tcp", n.Addr(), &tls.Config{RootCAs: trusted, NextProtos: []string{"h2"}})
	require.NoError(t, err) // in TLS 1.3 a client is done first
	defer conn.Close()
	_, err = conn.Read(make([]byte, 1))
	require.ErrorContains(t, err, "certificate required")
}

func TestNodeNamesTheBadFileOfItsCertificate(t *testing.T) {
	t.Parallel()
	opts := embedded.Quick()
	opts.TLS, _ = certificates(t)
	opts.TLS.Key = "away.pem"
	_, err := embedded.Start(t.Context(), opts)
	require.ErrorContains(t, err, "away.pem")
}

func TestNodeKeepsItsDataInAGivenDirectory(t *testing.T) {
	t.Parallel()
	opts := embedded.Quick()
	opts.Dir = t.TempDir()
	for round := range 2 {
		n, err := embedded.Start(t.Context(), opts)
		require.NoError(t, err)
		client := connect(t, mtls.Files{}, n)
		resp, err := client.Get(t.Context(), "k")
		require.NoError(t, err)
		require.Len(t, resp.Kvs, round)
		_, err = client.Put(t.Context(), "k", "v")
		require.NoError(t, err)
		client.Close()
		require.NoError(t, n.Close())
	}
}

func TestClusterOutlivesOneNode(t *testing.T) {
	t.Parallel()
	nodes, err := embedded.StartCluster(t.Context(), 3, embedded.Quick())
	require.NoError(t, err)
	t.Cleanup(func() { embedded.CloseAll(nodes) })
	require.NoError(t, nodes[0].Close())
	client := connect(t, mtls.Files{}, nodes[1:]...)
	require.Eventually(t, func() bool { // there may have to be an election
		_, err := client.Put(t.Context(), "k", "v")
		return err == nil
	}, 30*time.Second, 10*time.Millisecond)
}

func TestNodeThatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	n, err := embedded.Start(t.Context(), embedded.Quick())
	require.NoError(t, err)
	t.Cleanup(func() { n.Close() })
	opts := embedded.Quick()
	opts.Listen = n.Addr()
	_, err = embedded.Start(t.Context(), opts)
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

func TestANodeThatStopsByItselfSaysSo(t *testing.T) {
	n, err := embedded.Start(t.Context(), embedded.Quick())
	require.NoError(t, err)
	defer n.Close()
	ended, end := context.WithCancel(t.Context())
	end()
	require.NoError(t, n.Wait(ended), "it runs")
	go n.Server.Stop() // as it does when its cluster removes it
	require.EqualError(t, n.Wait(t.Context()), "etcd "+n.Addr()+" has stopped by itself")
}

func TestAPortInUseIsSuchAnError(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	opts := embedded.Quick()
	opts.Listen = l.Addr().String()
	_, err = embedded.Start(t.Context(), opts)
	require.ErrorIs(t, err, syscall.EADDRINUSE) // which is how others are chosen when it was not asked for
}
