package etcd_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/registry"
)

// An etcd that comes back without its data knows nobody, but the servers are
// there and register again.
func TestServersAreListedAgainWhenEtcdHasLostItsData(t *testing.T) {
	t.Parallel()
	n, opts := ownNode(t, embedded.Quick()), options()
	r, a, b := dial(t, n.Addr(), opts), server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1")
	for _, in := range []registry.Instance{a, b} {
		_, err := r.Register(t.Context(), in)
		require.NoError(t, err)
	}
	w := watch(t, r)
	shows(t, w, a, b)
	loseData(t, n)
	back := time.Now()
	settles(t, w, a, b)
	require.Less(t, time.Since(back), ttl+soon)
	key := opts.Prefix + "Arith/1.2.3/a"
	require.NotZero(t, lease(t, raw(t, n.Addr()), key))
}
