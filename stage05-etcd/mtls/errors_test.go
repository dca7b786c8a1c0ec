package mtls_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/internal/devca"
	"example.com/workshop/stage05-etcd/mtls"
)

func TestWhoeverDoesNotPassGetsOneClearLine(t *testing.T) {
	_, ofServer, ofClient := certstest.New(t)
	other, otherServer, otherClient := certstest.New(t)
	elsewhere, err := other.Write(t.TempDir(), "elsewhere", "10.0.0.1")
	require.NoError(t, err)
	past, err := devca.New(devca.Options{Valid: -time.Minute})
	require.NoError(t, err)
	ofPast, err := past.Write(t.TempDir(), "client")
	require.NoError(t, err)
	toPast, old := ofServer, ofPast
	toPast.CA, old.CA = ofPast.CA, ofServer.CA
	mixed := mtls.Files{Cert: otherClient.Cert, Key: otherClient.Key, CA: ofServer.CA}

	for name, c := range map[string]struct {
		server, client mtls.Files
		want           string // after the address
		is             error
	}{
		"plain client":                   {ofServer, mtls.Files{}, "the server speaks TLS only", mtls.ErrTLSRequired},
		"plain server":                   {mtls.Files{}, ofClient, "the server does not answer in TLS: it is stopping, or wants none", mtls.ErrNotTLS},
		"server of another CA":           {otherServer, ofClient, "the server's certificate is not of a CA that is trusted here", mtls.ErrUnknownCA},
		"client of another CA":           {ofServer, mixed, "the server refuses this side's certificate (remote error: tls: ", mtls.ErrRefused},
		"client that has expired":        {toPast, old, "this side's certificate has expired, or is not valid yet (remote error: tls: expired certificate)", mtls.ErrExpired},
		"server of another host":         {elsewhere, otherClient, "tls: failed to verify certificate: x509: certificate is valid for 10.0.0.1, not 127.0.0.1", nil},
		"client's certificate as server": {ofClient, ofClient, "tls: failed to verify certificate: x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs", nil},
	} {
		for _, network := range networks {
			t.Run(name+"/"+network, func(t *testing.T) {
				t.Parallel()
				addr := serve(t, c.server, network)
				_, err := call(t, c.client, network, addr)
				require.Error(t, err)
				require.Contains(t, err.Error(), " on "+addr+": ")
				require.Contains(t, err.Error(), c.want)
				require.NotContains(t, err.Error(), "\n")
				if c.is != nil {
					require.ErrorIs(t, err, c.is)
				}
			})
		}
	}
}
