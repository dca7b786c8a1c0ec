package etcd_test

import (
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
	var endpoints []string
	var leader, other *embedded.Node
	for _, n := range nodes {
		endpoints = append(endpoints, n.Addr())
		if n.Server.Leader() == n.Server.MemberID() {
			leader = n
		} else {
			other = n
		}
	}
	require.NotNil(t, leader)
	opts := options()
	r, a, b := dial(t, strings.Join(endpoints, ","), opts), server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1")
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
