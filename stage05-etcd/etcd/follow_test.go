package etcd_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/proxytest"
)

// E3: a watch that finds its revision compacted reads the list again. The node
// is the test's own, since compaction is for all keys.
func TestChangesDuringAnOutageAreSeenThoughEtcdHasCompactedThem(t *testing.T) {
	t.Parallel()
	n := ownNode(t, embedded.Quick())
	for name, fault := range map[string]func(p *proxytest.Proxy, on bool){
		"the path swallows": func(p *proxytest.Proxy, on bool) { p.Swallow(on) },
		"the path is cut":   func(p *proxytest.Proxy, on bool) { p.Refuse(on) },
	} {
		t.Run(name, func(t *testing.T) {
			client, path, opts := raw(t, n.Addr()), proxytest.Start(t, n.Addr()), options()
			a, b := server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1")
			store(t, client, opts, a)
			w := watch(t, dial(t, path.Addr(), opts))
			shows(t, w, a)
			fault(path, true)
			snap, ok := within(t, w, longest)
			require.True(t, ok && snap.Stale, "%+v", snap)
			_, err := client.Delete(t.Context(), opts.Prefix, clientv3.WithPrefix())
			require.NoError(t, err)
			revision := store(t, client, opts, b)
			_, err = client.Compact(t.Context(), revision)
			require.NoError(t, err)
			fault(path, false)
			healed := time.Now()
			shows(t, w, b)
			require.Less(t, time.Since(healed), soon)
			a.Weight = 7
			store(t, client, opts, a)
			shows(t, w, a, b)
		})
	}
}

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

// E7: without a quorum nothing can be read, written, or run out. The last list
// stands, and is marked; with the quorum everything goes on.
func TestNothingIsLostWhileTwoNodesOfThreeAreGone(t *testing.T) {
	t.Parallel()
	quick, opts := embedded.Quick(), options()
	quick.Dir = t.TempDir()
	nodes, err := embedded.StartCluster(t.Context(), 3, quick)
	require.NoError(t, err)
	t.Cleanup(func() { embedded.CloseAll(nodes) })
	endpoints := embedded.Addrs(nodes)
	r, a, b := dial(t, strings.Join(endpoints, ","), opts), server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1")
	_, err = r.Register(t.Context(), a)
	require.NoError(t, err)
	w := watch(t, r)
	shows(t, w, a)
	unverified := unhurried()
	unverified.TTL, unverified.Verify, unverified.Timeout = time.Hour, time.Hour, timeout
	onSurvivor := watch(t, dial(t, endpoints[2], unverified)) // of a prefix with nobody
	shows(t, onSurvivor)

	gone := time.Now()
	embedded.CloseAll(nodes[:2])
	snap, ok := within(t, w, longest)
	require.True(t, ok && snap.Stale, "%+v", snap)
	require.Len(t, snap.Instances, 1)
	snap, ok = within(t, onSurvivor, longest)
	require.True(t, ok && snap.Stale, "a watch that does not require a leader is not told that there is none")
	late := make(chan error, 1)
	go func() {
		_, err := r.Register(t.Context(), b)
		late <- err
	}()
	quiet(t, w, ttl+time.Second-time.Since(gone)) // in which the lease runs out where there is a leader

	again, err := embedded.Restart(t.Context(), nodes[:2]...)
	require.NoError(t, err)
	t.Cleanup(func() { embedded.CloseAll(again) })
	back := time.Now()
	require.NoError(t, <-late)
	settles(t, w, a, b)
	require.Less(t, time.Since(back), ttl+soon)
	c, changed := server("c", "10.0.0.3:1"), time.Now()
	store(t, raw(t, endpoints...), opts, c) // whom nobody else writes
	settles(t, w, a, b, c)
	require.Less(t, time.Since(changed), soon)
}
