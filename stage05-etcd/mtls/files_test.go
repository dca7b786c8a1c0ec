package mtls_test

import (
	"crypto/tls"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/mtls"
)

func TestNoFilesMeanNoTLS(t *testing.T) {
	server, err := mtls.Files{}.Server()
	require.NoError(t, err)
	require.Nil(t, server)
	client, err := mtls.Files{}.Client()
	require.NoError(t, err)
	require.Nil(t, client)
}

func TestBadFilesAreNamed(t *testing.T) {
	_, good, other := certstest.New(t)
	empty := filepath.Join(t.TempDir(), "empty.pem")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	for name, c := range map[string]struct {
		files mtls.Files
		want  string
	}{
		"no key":                {mtls.Files{Cert: good.Cert, CA: good.CA}, mtls.ErrIncomplete.Error()},
		"no certificate at all": {mtls.Files{Key: good.Key, CA: good.CA}, mtls.ErrIncomplete.Error()},
		"no CA":                 {mtls.Files{Cert: good.Cert, Key: good.Key}, mtls.ErrIncomplete.Error()},
		"certificate away":      {mtls.Files{Cert: "away.pem", Key: good.Key, CA: good.CA}, "away.pem"},
		"key of another":        {mtls.Files{Cert: good.Cert, Key: other.Key, CA: good.CA}, other.Key},
		"no certificate":        {mtls.Files{Cert: empty, Key: good.Key, CA: good.CA}, empty},
		"CA away":               {mtls.Files{Cert: good.Cert, Key: good.Key, CA: "away.pem"}, "away.pem"},
		"CA without content":    {mtls.Files{Cert: good.Cert, Key: good.Key, CA: empty}, empty},
	} {
		t.Run(name, func(t *testing.T) {
			_, ofServer := c.files.Server()
			require.ErrorContains(t, ofServer, c.want)
			require.NotContains(t, ofServer.Error(), "\n")
			_, ofClient := c.files.Client()
			require.Equal(t, ofServer, ofClient)
		})
	}
}

func TestRenewedCertificateIsUsedWithoutARestart(t *testing.T) {
	ca, files, _ := certstest.New(t)
	log := new(logtest.Buffer)
	defer slog.SetDefault(slog.Default())
	slog.SetDefault(log.Logger())
	server, err := files.Server()
	require.NoError(t, err)
	client, err := files.Client()
	require.NoError(t, err)
	both := func() (certs [2]*tls.Certificate) {
		certs[0], err = server.GetCertificate(nil)
		require.NoError(t, err)
		certs[1], err = client.GetClientCertificate(nil)
		require.NoError(t, err)
		return certs
	}

	before := both()
	_, err = ca.Write(filepath.Dir(files.Cert), "server", "127.0.0.1")
	require.NoError(t, err)
	after := both()
	for side := range before {
		require.NotEqual(t, before[side].Leaf.SerialNumber, after[side].Leaf.SerialNumber)
	}

	require.Empty(t, log.String())
	require.NoError(t, os.Remove(files.Key))
	for side, cert := range both() {
		require.Equal(t, after[side].Leaf.SerialNumber, cert.Leaf.SerialNumber, "the last good one serves on")
	}
	require.Contains(t, log.String(), "level=WARN msg=\"the TLS certificate cannot be read again: the last one stays in use\"")
}
