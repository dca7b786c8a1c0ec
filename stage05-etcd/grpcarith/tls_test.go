package grpcarith_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/grpcarith"
	"example.com/workshop/stage05-etcd/grpcresolver"
	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/mtls"
	"example.com/workshop/stage05-etcd/registry"
)

func TestTLSLetsInWhoHasACertificateOfTheCA(t *testing.T) {
	_, ofServer, ofClient := certstest.New(t)
	_, _, ofStranger := certstest.New(t)
	cfg, err := ofServer.Server()
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	srv := grpcarith.NewServer(new(arith.Arith), grpcarith.ServerOptions{TLS: cfg, Logger: logtest.Quiet()})
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		require.NoError(t, srv.Shutdown(ctx))
		require.NoError(t, <-served)
	}()
	store := registry.NewStore(registry.Options{Logger: logtest.Quiet()})
	_, err = store.Put(registry.Instance{
		Service: "Arith", Addr: addr, Weight: 1, Metadata: map[string]string{grpcresolver.MetadataKey: addr},
	}, "", 0)
	require.NoError(t, err)

	untrusting := mtls.Files{Cert: ofStranger.Cert, Key: ofStranger.Key, CA: ofServer.CA}
	for name, c := range map[string]struct {
		files mtls.Files
		want  string
	}{
		"client of the CA":     {ofClient, ""},
		"client of another CA": {untrusting, "Arith.Multiply on registry:///Arith: " + mtls.ErrRefused.Error() + " (remote error: tls: unknown certificate authority)"},
		"server of another CA": {ofStranger, mtls.ErrUnknownCA.Error()},
		"plain client":         {mtls.Files{}, mtls.ErrTLSRequired.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := c.files.Client()
			require.NoError(t, err)
			client, err := grpcarith.New("registry", store, "Arith", grpcarith.ClientOptions{TLS: cfg})
			require.NoError(t, err)
			defer client.Close()
			var product int
			err = client.Call(t.Context(), "Arith.Multiply", arith.Args{A: 7, B: 8}, &product)
			if c.want == "" {
				require.NoError(t, err)
				require.Equal(t, 56, product)
				return
			}
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}
