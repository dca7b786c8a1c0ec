package etcd_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry/registrytest"
)

// TestEtcdIsARegistry makes the path to etcd a black hole for outages. There is
// no Restart, for etcd does not lose its memory.
func TestEtcdIsARegistry(t *testing.T) {
	whole, n := t, sharedNode(t)
	client := raw(t, n.Addr())
	registrytest.Run(t, registrytest.RealTime, func(t *testing.T) registrytest.System {
		if t == whole {
			t.Parallel() // what counts goroutines, and has to be alone, is over
		}
		path, opts := startProxy(t, n.Addr()), options()
		r := dial(t, path.addr(), opts)
		w := watch(t, r) // so that it is connected when the goroutines are counted
		shows(t, w)
		require.NoError(t, w.Close())
		return registrytest.System{
			Registrar: r, Discovery: r, TTL: ttl, Grace: time.Second,
			Outage: path.swallow,
			Poison: func(service string) {
				_, err := client.Put(t.Context(), opts.Prefix+service+"/-/poison", "{")
				require.NoError(t, err)
			},
		}
	})
}
