package registry_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

// address is where the registry is, on a network that each test has to itself.
const address = "registry:8500"

// serve runs a registry until the test ends or stop is called, which returns
// when it has ended.
func serve(t *testing.T, network *memnet.Network, h http.Handler) (stop func()) {
	t.Helper()
	l, err := network.Listen(address)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := registry.Serve(ctx, l, h); err != nil {
			t.Error(err)
		}
	})
	stop = func() {
		cancel()
		running.Wait()
	}
	t.Cleanup(stop)
	return stop
}

// newClient returns a client of the registry on the network.
func newClient(t *testing.T, network *memnet.Network, opts registry.ClientOptions) *registry.Client {
	t.Helper()
	if opts.Transport == nil {
		opts.Transport = &http.Transport{DialContext: network.DialContext}
	}
	c, err := registry.NewClient("http://"+address, opts)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}
