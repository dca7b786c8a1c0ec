package registry_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

func TestARegistryThatVanishesIsNoticedAfterOnePoll(t *testing.T) {
	for name, c := range map[string]struct{ wait, timeout, longest time.Duration }{
		"the defaults": {0, 0, 12*time.Second + 625*time.Millisecond},
		"short waits":  {time.Second, 100 * time.Millisecond, 1162500 * time.Microsecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				var h changing
				s := sweeping(t, registry.Options{})
				h.set(registry.Handler(s).ServeHTTP)
				serve(t, &network, &h)
				w := watch(t, &network, registry.ClientOptions{Wait: c.wait, Timeout: c.timeout})
				next(t, w)
				h.set(hang)
				snap, took := next(t, w)
				require.True(t, snap.Stale)
				require.Equal(t, c.longest, took, "a poll may take the Timeout, the Wait, and a sixteenth of the Wait")
			})
		})
	}
}

func TestARegistryThatRestartsAnswersWithWhatItHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, registry.Options{})
		before := []registry.Instance{instance("Arith", "a", "127.0.0.1:1"), instance("Arith", "b", "127.0.0.1:1")}
		for _, in := range before {
			require.NoError(t, put(h.store, in))
		}
		w := watch(t, &h.network, registry.ClientOptions{})
		first, _ := next(t, w)
		require.Empty(t, cmp.Diff(first.Instances, before))

		h.restart()
		empty, took := next(t, w)
		require.Less(t, took, time.Second)
		require.False(t, empty.Stale, "the registry answers, so the state is not stale; look at the query that poll sends")
		require.Empty(t, cmp.Diff(empty.Instances, []registry.Instance{}))
		require.NoError(t, put(h.store, before[0]))
		again, took := next(t, w)
		require.Zero(t, took)
		require.Empty(t, cmp.Diff(again.Instances, before[:1]))
	})
}

func TestARevisionThatGoesBackwardsIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		later := sweeping(t, registry.Options{}) // its clock was ahead
		var h changing
		time.Sleep(time.Hour)
		s := sweeping(t, registry.Options{})
		h.set(registry.Handler(s).ServeHTTP)
		stop := serve(t, &network, &h)
		w := watch(t, &network, registry.ClientOptions{})
		ahead, _ := next(t, w)
		require.NoError(t, put(later, instance("Arith", "a", "127.0.0.1:1")))
		stop()
		h.set(registry.Handler(later).ServeHTTP)
		serve(t, &network, &h)
		behind, _ := next(t, w)
		require.Less(t, behind.Revision, ahead.Revision, "trap W4")
		require.Equal(t, "a", ids(behind))
		time.AfterFunc(time.Second, func() { put(later, instance("Arith", "b", "127.0.0.1:1")) })
		both, took := next(t, w)
		require.Equal(t, "a b", ids(both))
		require.Equal(t, time.Second, took)
	})
}
