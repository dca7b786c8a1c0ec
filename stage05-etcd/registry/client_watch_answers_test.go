package registry_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

func TestAWatcherKeepsTheLastListWhateverItIsAnswered(t *testing.T) {
	for _, answers := range []map[string]http.HandlerFunc{wrong, faults} {
		for name, answer := range answers {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var network memnet.Network
					var h changing
					var polls moments
					s := newStore()
					require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
					h.set(registry.Handler(s).ServeHTTP)
					stop := serve(t, &network, &h)
					w := watch(t, &network, registry.ClientOptions{})
					good, _ := next(t, w)
					require.False(t, good.Stale)

					stop() // which ends the poll
					h.set(noting(answer, "/services/Arith", polls.note))
					serve(t, &network, &h)
					stale, _ := next(t, w)
					good.Stale = true
					require.Empty(t, cmp.Diff(stale, good), "the last good one, from when it was")
					noneFor(t, w, time.Minute)
					require.Less(t, len(polls.pauses()), 45, "in a minute")

					h.set(registry.Handler(s).ServeHTTP)
					fresh, took := next(t, w)
					require.LessOrEqual(t, took, 7*time.Second, "a pause, and a time-out")
					require.False(t, fresh.Stale)
					require.Empty(t, cmp.Diff(fresh.Instances, good.Instances))
					require.True(t, fresh.Synced.After(good.Synced))
				})
			})
		}
	}
}

func TestAnOutageMayLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, registry.Options{})
		w := watch(t, &h.network, registry.ClientOptions{})
		next(t, w)
		h.stop()
		stale, _ := next(t, w)
		require.True(t, stale.Stale)
		noneFor(t, w, time.Hour)
		h.start()
		fresh, took := next(t, w)
		require.False(t, fresh.Stale)
		require.LessOrEqual(t, took, 5*time.Second)
	})
}
