package etcd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/proxytest"
)

// E4 and W1: nothing between the list and the watch is lost or seen twice.
func TestEveryStateIsSeenOnceAcrossReconnections(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	client, path := raw(t, n.Addr()), proxytest.Start(t, n.Addr())
	a := server("a", "10.0.0.1:1")
	store(t, client, opts, a)
	w := watch(t, dial(t, path.Addr(), opts))
	shows(t, w, a)
	var revision uint64
	for a.Weight = range 30 {
		if a.Weight%3 == 0 {
			path.Cut()
		}
		store(t, client, opts, a)
		for { // a cut may be noticed, and then once
			snap, ok := within(t, w, longest)
			require.True(t, ok)
			require.GreaterOrEqual(t, snap.Revision, revision, "an old event came again")
			revision = snap.Revision
			if !snap.Stale && snap.Instances[0].Weight == a.Weight {
				break
			}
		}
	}
	quiet(t, w, 2*verify)
}

// E4: no change comes twice, not after a reconnection either. The node is the
// test's own, so that the list has the revision of the latest change.
func TestNoChangeComesTwice(t *testing.T) {
	t.Parallel()
	n := ownNode(t, embedded.Quick())
	opts := unhurried()
	client, path, a := raw(t, n.Addr()), proxytest.Start(t, n.Addr()), server("a", "10.0.0.1:1")
	for a.Weight = range 3 {
		store(t, client, opts, a)
	}
	ta := &tap{}
	w := watch(t, etcd.New(ta.client(t, path.Addr()), opts))
	settles(t, w, a)
	for a.Weight = range 10 {
		if a.Weight%3 == 0 {
			path.Cut()
		}
		store(t, client, opts, a)
		settles(t, w, a)
	}
	ta.mu.Lock()
	defer ta.mu.Unlock()
	require.NotZero(t, ta.changes)
	require.Empty(t, ta.old, "revisions that came although the list has them: a watch begins at the list's revision plus one")
}
