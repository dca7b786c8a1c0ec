package embedded_test

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/devca"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/mtls"
)

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
