package etcd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/proxytest"
	"example.com/workshop/stage05-etcd/registry"
)

// loseData restarts a node, whose data is gone by then. Its revisions begin anew.
func loseData(t *testing.T, n *embedded.Node) {
	t.Helper()
	require.NoError(t, n.Close())
	again, err := embedded.Restart(t.Context(), n)
	require.NoError(t, err)
	t.Cleanup(func() { embedded.CloseAll(again) })
}

// The list is what etcd has, and fresh, at once: to keep for a while who is
// missing is for registry.Hold. A new etcd counts its revisions from the
// beginning, so one that is known says nothing of an entry.
func TestListIsWhatAnEtcdHasThatBeganAnew(t *testing.T) {
	t.Parallel()
	n, opts, log := ownNode(t, embedded.Quick()), options(), new(logtest.Buffer)
	opts.Logger = log.Logger()
	client, a := raw(t, n.Addr()), server("a", "10.0.0.1:1")
	revision := store(t, client, opts, a)
	w := watch(t, dial(t, n.Addr(), opts))
	shows(t, w, a)
	loseData(t, n)
	settles(t, w)
	require.Contains(t, log.String(), "etcd has lost its data")
	a.Weight = 7
	require.Equal(t, revision, store(t, client, opts, a))
	settles(t, w, a)
}

// F4: a revision is no identity. Another etcd may have as many entries as the
// old one, and be at the same revision.
func TestAnotherEtcdAtTheSameRevisionIsNotTakenForTheOldOne(t *testing.T) {
	t.Parallel()
	first, second, opts := ownNode(t, embedded.Quick()), ownNode(t, embedded.Quick()), options()
	path, a, b := proxytest.Start(t, first.Addr()), server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1")
	revision := store(t, raw(t, first.Addr()), opts, a)
	require.Equal(t, revision, store(t, raw(t, second.Addr()), opts, b))
	w := watch(t, dial(t, path.Addr(), opts))
	shows(t, w, a)
	path.Lead(second.Addr())
	settles(t, w, b)
}

// A change in another etcd is no change of the list: what is written there makes
// the list read anew, with what was there before.
func TestChangesOfAnotherEtcdAreNotAppliedToTheOldList(t *testing.T) {
	t.Parallel()
	first, second, opts := ownNode(t, embedded.Quick()), ownNode(t, embedded.Quick()), unhurried()
	path, a, b, c := proxytest.Start(t, first.Addr()), server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1"), server("c", "10.0.0.3:1")
	store(t, raw(t, first.Addr()), opts, a)
	store(t, raw(t, second.Addr()), opts, b)
	w := watch(t, etcd.New(raw(t, path.Addr()), opts)) // which hears of no connection
	shows(t, w, a)
	path.Lead(second.Addr())
	store(t, raw(t, second.Addr()), opts, c)
	snap, ok := within(t, w, longest)
	for ok && snap.Stale { // as it is while the path leads nowhere
		snap, ok = within(t, w, longest)
	}
	require.Equal(t, []registry.Instance{b, c}, snap.Instances)
}
