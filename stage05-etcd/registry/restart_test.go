package registry_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

// list puts instances of Arith on the list of the registry that runs now.
func (h *host) list(ids ...string) {
	for _, id := range ids {
		require.NoError(h.t, put(h.store, instance("Arith", id, "127.0.0.1:1")))
	}
}

// restarted returns a registry that has just lost its memory, and a watcher
// that has seen the ids before that. No server comes back by itself.
func restarted(t *testing.T, seen ...string) (*host, registry.Watcher) {
	t.Helper()
	h := newHost(t, registry.Options{})
	time.Sleep(ttl)
	h.list(seen...)
	w := watch(t, &h.network, registry.ClientOptions{})
	next(t, w)
	h.restart()
	return h, w
}

func TestTheListFromBeforeARestartIsKeptForATTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, w := restarted(t, "a", "b")
		start := time.Now()
		stale, took := next(t, w)
		require.Less(t, took, time.Second)
		require.Equal(t, "a b", ids(stale))
		require.True(t, stale.Stale)
		time.Sleep(ttl / 3)
		h.list("a") // comes back, b does not
		fresh, _ := next(t, w)
		require.Equal(t, "a", ids(fresh))
		require.False(t, fresh.Stale)
		require.GreaterOrEqual(t, time.Since(start), ttl-time.Millisecond)
		require.LessOrEqual(t, time.Since(start), ttl*17/16)
	})
}

func TestAListIsFreshOnceAllHaveComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, w := restarted(t, "a", "b")
		next(t, w)
		time.AfterFunc(time.Second, func() { h.list("b") })
		time.AfterFunc(2*time.Second, func() { h.list("a") })
		fresh, took := next(t, w)
		require.Equal(t, 2*time.Second, took)
		require.Equal(t, "a b", ids(fresh))
		require.False(t, fresh.Stale)
		noneFor(t, w, ttl-3*time.Second/2) // the end of the warming is no news any more
	})
}

func TestWhoHasComeBackAndLeavesIsGoneAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, w := restarted(t, "a", "b")
		next(t, w)
		noneFor(t, w, time.Second)
		h.list("a")
		noneFor(t, w, time.Second)
		require.NoError(t, remove(h.store, "Arith", "a"))
		snap, took := next(t, w)
		require.Zero(t, took)
		require.Equal(t, "b", ids(snap))
		require.True(t, snap.Stale, "b may come back")
	})
}

func TestWhoComesBackAsAnotherReplacesWhatWasKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, w := restarted(t, "a", "b")
		next(t, w)
		moved := instance("Arith", "a", "127.0.0.1:2")
		require.NoError(t, put(h.store, moved))
		snap, _ := next(t, w)
		require.Empty(t, cmp.Diff(snap.Instances, []registry.Instance{moved, instance("Arith", "b", "127.0.0.1:1")}))
		require.True(t, snap.Stale)
	})
}

func TestTheListSurvivesASecondRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, w := restarted(t, "a", "b")
		next(t, w)
		h.list("a")
		noneFor(t, w, ttl/2)
		h.restart()
		noneFor(t, w, ttl-time.Second) // neither a, who came back to the first, nor b, who did not
		fresh, _ := next(t, w)
		require.Empty(t, cmp.Diff(fresh.Instances, []registry.Instance{}))
		require.False(t, fresh.Stale)
	})
}

func TestAnEmptyListIsNotDoubtedAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, w := restarted(t)
		noneFor(t, w, time.Second)
		h.list("a")
		snap, took := next(t, w)
		require.Zero(t, took)
		require.Equal(t, "a", ids(snap))
		require.False(t, snap.Stale)
	})
}

func TestADeregistrationIsBelievedWhileARegistryWarmsUpForTheFirstTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, registry.Options{})
		w := watch(t, &h.network, registry.ClientOptions{})
		h.list("a", "b")
		snap, _ := next(t, w)
		require.Equal(t, "a b", ids(snap))
		require.False(t, snap.Stale)
		require.NoError(t, remove(h.store, "Arith", "a"))
		snap, took := next(t, w)
		require.Zero(t, took)
		require.Equal(t, "b", ids(snap))
		require.False(t, snap.Stale)
		noneFor(t, w, ttl-time.Second)
	})
}
