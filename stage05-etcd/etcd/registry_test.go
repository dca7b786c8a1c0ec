package etcd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/proxytest"
	"example.com/workshop/stage05-etcd/registry/registrytest"
)

// TestEtcdIsARegistry makes the path to etcd a black hole for outages. Instead of
// a restart without its memory, the path leads to an etcd that has none.
func TestEtcdIsARegistry(t *testing.T) {
	whole, n := t, sharedNode(t)
	other, err := secondNode()
	require.NoError(t, err)
	client := raw(t, n.Addr())
	registrytest.Run(t, registrytest.RealTime, func(t *testing.T) registrytest.System {
		if t == whole {
			t.Parallel() // what counts goroutines, and has to be alone, is over
		}
		path, opts := proxytest.Start(t, n.Addr()), options()
		r := dial(t, path.Addr(), opts)
		w := watch(t, r) // so that it is connected when the goroutines are counted
		shows(t, w)
		require.NoError(t, w.Close())
		return registrytest.System{
			Registrar: r, Discovery: r, TTL: ttl, Grace: soon,
			Outage:  path.Swallow,
			Restart: func() { path.Lead(other.Addr()) },
			Poison: func(service string) {
				_, err := client.Put(t.Context(), opts.Prefix+service+"/-/poison", "{")
				require.NoError(t, err)
			},
		}
	})
}
