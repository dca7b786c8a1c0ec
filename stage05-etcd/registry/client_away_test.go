package registry_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

func TestDeregisterDoesNotWaitForARegistryThatIsAway(t *testing.T) {
	for name, c := range map[string]struct {
		fault       http.HandlerFunc
		limit, want time.Duration
		err         string
	}{
		"it hangs":                        {hang, time.Minute, 2 * time.Second, "context deadline exceeded"},
		"it hangs longer than the caller": {hang, time.Second, time.Second, "context deadline exceeded"},
		"it fails":                        {faults["it fails"], time.Minute, 0, "answered 500 Internal Server Error"},
		"a proxy finds no page":           {http.NotFound, time.Minute, 0, "answered 404 Not Found"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				var h changing
				h.set(registry.Handler(newStore()).ServeHTTP)
				serve(t, &network, &h)
				client := newClient(t, &network, registry.ClientOptions{})
				r, err := client.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
				require.NoError(t, err)
				h.set(c.fault)
				ctx, cancel := context.WithTimeout(t.Context(), c.limit)
				defer cancel()
				start := time.Now()
				require.EqualError(t, r.Deregister(ctx), "registry http://registry:8500: "+c.err)
				require.Equal(t, c.want, time.Since(start))
			})
		})
	}
}
