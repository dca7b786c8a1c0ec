package embedded_test

import (
	"crypto/tls"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/mtls"
)

// greet makes a handshake with a node, and returns the error that the node
// answers. In TLS 1.3 a client is done first.
func greet(t *testing.T, addr string, config *tls.Config) error {
	t.Helper()
	conn, err := tls.Dial("tcp", addr, config)
	if err != nil {
		return err
	}
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	_, err = conn.Write([]byte("GET /version HTTP/1.1\r\nHost: n\r\n\r\n"))
	require.NoError(t, err)
	_, err = conn.Read(make([]byte, 1))
	return err
}

// Whoever speaks as a node may write an address into the list, so a client's
// certificate is good for the client port and not for the other one.
func TestNodeWithTLSAnswersNobodyWithoutACertificate(t *testing.T) {
	t.Parallel()
	opts := embedded.Quick()
	_, ofServer, ofClient := certstest.New(t)
	opts.TLS = ofServer
	n, err := embedded.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { n.Close() })
	node, err := ofServer.Client()
	require.NoError(t, err)
	client, err := ofClient.Client()
	require.NoError(t, err)
	nobody := &tls.Config{RootCAs: client.RootCAs}
	old := &tls.Config{RootCAs: client.RootCAs, GetClientCertificate: client.GetClientCertificate, MaxVersion: tls.VersionTLS12}
	for port, peers := range map[string]bool{n.Addr(): false, n.Peers[0].Addr().String(): true} {
		for name, c := range map[string]struct {
			config *tls.Config
			want   string // of the error; empty for an answer
		}{
			"another node":         {node, ""},
			"a client of the CA":   {client, map[bool]string{true: "bad certificate"}[peers]},
			"one without":          {nobody, "certificate required"},
			"one that has TLS 1.2": {old, "protocol version not supported"},
		} {
			err := greet(t, port, c.config)
			if c.want != "" {
				require.ErrorContains(t, err, c.want, "%s, to a port of nodes: %t", name, peers)
			} else {
				require.NoError(t, err, "%s, to a port of nodes: %t", name, peers)
			}
		}
	}
}

func TestNodesWithTLSAreACluster(t *testing.T) {
	t.Parallel()
	opts := embedded.Quick()
	var ofClient mtls.Files
	_, opts.TLS, ofClient = certstest.New(t)
	nodes, err := embedded.StartCluster(t.Context(), 3, opts)
	require.NoError(t, err)
	t.Cleanup(func() { embedded.CloseAll(nodes) })
	_, err = etcdtest.Client(t, ofClient, embedded.Addrs(nodes)...).Put(t.Context(), "k", "v")
	require.NoError(t, err)
}

func TestNodesOfOneClusterSpeakTLSAllOrNone(t *testing.T) {
	t.Parallel()
	opts := embedded.Quick()
	opts.ListenPeer, opts.Cluster = "127.0.0.1:1", "n1=https://127.0.0.1:1"
	_, err := embedded.Start(t.Context(), opts)
	require.ErrorContains(t, err, "want http:// for all nodes")
	_, opts.TLS, _ = certstest.New(t)
	opts.Cluster = "n1=http://127.0.0.1:1"
	_, err = embedded.Start(t.Context(), opts)
	require.ErrorContains(t, err, "want https:// for all nodes")
}

func TestNodeNamesTheBadFileOfItsCertificate(t *testing.T) {
	t.Parallel()
	opts := embedded.Quick()
	_, opts.TLS, _ = certstest.New(t)
	opts.TLS.Key = "away.pem"
	_, err := embedded.Start(t.Context(), opts)
	require.ErrorContains(t, err, "away.pem")
}
