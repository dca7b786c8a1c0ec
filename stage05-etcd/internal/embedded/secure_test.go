package embedded_test

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/internal/embedded"
)

func TestNodeWithTLSAnswersNobodyWithoutACertificate(t *testing.T) {
	t.Parallel()
	opts := embedded.Quick()
	_, opts.TLS, _ = certstest.New(t)
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
	_, opts.TLS, _ = certstest.New(t)
	opts.TLS.Key = "away.pem"
	_, err := embedded.Start(t.Context(), opts)
	require.ErrorContains(t, err, "away.pem")
}
