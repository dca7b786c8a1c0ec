package etcd_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/internal/embedded"
)

// E7: an election does not take the instances away, and afterwards the
// registrations go on.
func TestLossOfTheLeaderLosesNobody(t *testing.T) {
	t.Parallel()
	nodes, err := embedded.StartCluster(t.Context(), 3, embedded.Quick())
	require.NoError(t, err)
	t.Cleanup(func() { embedded.CloseAll(nodes) })
	leader, err := embedded.Leader(t.Context(), nodes)
	require.NoError(t, err)
	opts := options()
	other := nodes[slices.IndexFunc(nodes, func(n *embedded.Node) bool { return n != leader })]
	r, a, b := dial(t, strings.Join(embedded.Addrs(nodes), ","), opts), server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1")
	_, err = r.Register(t.Context(), a)
	require.NoError(t, err)
	w := watch(t, r)
	shows(t, w, a)
	changes := raw(t, other.Addr()).Watch(t.Context(), opts.Prefix+"Arith/", clientv3.WithPrefix())

	require.NoError(t, leader.Close())
	killed := time.Now()
	_, err = r.Register(t.Context(), b)
	require.NoError(t, err)
	settles(t, w, a, b)
	for end := time.After(time.Until(killed.Add(ttl + time.Second))); ; {
		select {
		case resp := <-changes:
			for _, event := range resp.Events {
				require.NotEqual(t, clientv3.EventTypeDelete, event.Type, "%s", event.Kv.Key)
			}
		case <-end:
			return
		}
	}
}
