package mtls_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/mtls"
)

func TestBothSidesWithCertificatesOfOneCACallOneAnother(t *testing.T) {
	_, ofServer, ofClient := certstest.New(t)
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			product, err := call(t, ofClient, network, serve(t, ofServer, network))
			require.NoError(t, err)
			require.Equal(t, 56, product)
		})
	}
}

func TestServerThatIsAwayIsTheSameErrorWithTLSAndWithout(t *testing.T) {
	_, _, ofClient := certstest.New(t)
	_, plain := call(t, mtls.Files{}, "tcp", "127.0.0.1:1")
	_, secure := call(t, ofClient, "tcp", "127.0.0.1:1")
	require.Equal(t, plain.Error(), secure.Error())
}
