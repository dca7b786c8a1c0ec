// Package certstest gives a test certificates.
package certstest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/devca"
	"example.com/workshop/stage05-etcd/mtls"
)

// New returns a CA, and the files of a server on loopback and of a client. They
// are in one directory.
func New(t testing.TB) (ca *devca.CA, ofServer, ofClient mtls.Files) {
	t.Helper()
	ca, err := devca.New(devca.Options{})
	require.NoError(t, err)
	dir := t.TempDir()
	ofServer, err = ca.Write(dir, "server", "127.0.0.1", "localhost")
	require.NoError(t, err)
	ofClient, err = ca.Write(dir, "client")
	require.NoError(t, err)
	return ca, ofServer, ofClient
}

// Args returns a command's arguments: the flags that name files, if there are
// any, and args.
func Args(files mtls.Files, args ...string) []string {
	if files == (mtls.Files{}) {
		return args
	}
	return append([]string{"-tls-cert", files.Cert, "-tls-key", files.Key, "-tls-ca", files.CA}, args...)
}
