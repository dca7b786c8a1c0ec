package grpcresolver_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/grpcresolver"
	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

// serveRegistry serves an empty HTTP registry until stop is called.
func serveRegistry(t *testing.T, network *memnet.Network) (stop func()) {
	t.Helper()
	l, err := network.Listen("registry:8500")
	require.NoError(t, err)
	ctx, end := context.WithCancel(t.Context())
	store := registry.NewStore(registry.Options{Logger: quiet})
	ran, served := make(chan struct{}), make(chan struct{})
	go func() { store.Run(ctx); close(ran) }()
	go func() { registry.Serve(ctx, l, registry.Handler(store)); close(served) }()
	return func() { end(); <-ran; <-served }
}

func TestRegistryThatIsAwayAndForgetsTakesNoAddressAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		stop := serveRegistry(t, &network)
		transport := &http.Transport{DialContext: network.DialContext}
		client, err := registry.NewClient("http://registry:8500", registry.ClientOptions{Transport: transport, Logger: quiet})
		require.NoError(t, err)
		defer client.Close()

		ctx, die := context.WithCancel(t.Context())
		defer die()
		_, err = client.Register(ctx, server(a, 1))
		require.NoError(t, err)
		mortal, dieToo := context.WithCancel(t.Context())
		defer dieToo()
		_, err = client.Register(mortal, server(b, 1))
		require.NoError(t, err)
		cc := resolve(t, client, grpcresolver.Options{})
		cc.pushes(a, b)

		stop()
		time.Sleep(time.Minute) // virtual, as all time here: four TTLs
		cc.silent()

		dieToo() // while nobody keeps the list
		stop = serveRegistry(t, &network)
		defer stop()
		time.Sleep(16 * time.Second) // in which a has registered again, and b has not
		cc.pushes(a)
	})
}
