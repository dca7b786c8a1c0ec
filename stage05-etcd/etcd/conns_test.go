package etcd_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/proxytest"
	"example.com/workshop/stage05-etcd/registry"
)

// E5: one of three paths is dead, whichever it is that the keep-alives and the
// watch go over. gRPC alone takes ten seconds to see that, in which the lease would
// run out.
func TestOneDeadPathOfThreeCostsNeitherListNorLease(t *testing.T) {
	t.Parallel()
	n := sharedNode(t)
	client := raw(t, n.Addr())
	a, b := server("a", "10.0.0.1:1"), server("b", "10.0.0.2:2")
	leases := make(map[string]int64) // by key
	var watchers []registry.Watcher
	for i := range 3 {
		opts, paths := options(), []*proxytest.Proxy{proxytest.Start(t, n.Addr()), proxytest.Start(t, n.Addr()), proxytest.Start(t, n.Addr())}
		opts.TTL = 2 * ttl
		r := dial(t, paths[0].Addr()+","+paths[1].Addr()+","+paths[2].Addr(), opts)
		_, err := r.Register(t.Context(), a)
		require.NoError(t, err)
		w := watch(t, r)
		shows(t, w, a)
		key := opts.Prefix + "Arith/1.2.3/a"
		leases[key] = lease(t, client, key)
		paths[i].Swallow(true)
		store(t, client, opts, b)
		settles(t, w, a, b)
		watchers = append(watchers, w)
	}
	out := time.Now().Add(2*ttl + time.Second) // the leases, without keep-alives
	for _, w := range watchers {
		quiet(t, w, time.Until(out))
	}
	for key, was := range leases {
		require.Equal(t, was, lease(t, client, key), "%s hangs on another lease", key)
	}
}
