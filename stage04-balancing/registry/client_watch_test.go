package registry_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/logtest"
	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

func TestAWatcherAsksForMoreThanItHas(t *testing.T) {
	for wait, want := range map[time.Duration]string{0: "wait=10s", -1: "wait=10s", 90 * time.Second: "wait=1m30s", time.Hour: "wait=5m0s"} {
		synctest.Test(t, func(t *testing.T) {
			var network memnet.Network
			var queries logtest.Buffer
			s := sweeping(t, registry.Options{})
			h := registry.Handler(s)
			serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprintln(&queries, r.URL.RawQuery)
				h.ServeHTTP(w, r)
			}))
			w := watch(t, &network, registry.ClientOptions{Wait: wait})
			first, _ := next(t, w)
			time.AfterFunc(time.Second, func() { put(s, instance("Arith", "a", "127.0.0.1:1")) })
			second, took := next(t, w)
			require.Equal(t, time.Second, took)
			noneFor(t, w, time.Second)
			require.Equal(t, fmt.Sprintf("\nrevision=%d&%s\nrevision=%d&%s\n", first.Revision, want, second.Revision, want), queries.String())
		})
	}
}

func TestAnAnswerThatIsLostCorruptsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := sweeping(t, registry.Options{})
		h := registry.Handler(s)
		lost := true
		serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if lost = !lost; lost {
				h.ServeHTTP(discard{http.Header{}}, r)
				panic(http.ErrAbortHandler)
			}
			h.ServeHTTP(w, r)
		}))
		w := watch(t, &network, registry.ClientOptions{})
		next(t, w)
		for i := range 20 {
			in := instance("Arith", "a", "127.0.0.1:1")
			in.Weight = i
			time.AfterFunc(time.Second, func() { put(s, in) })
			for {
				snap, _ := next(t, w)
				if want := []registry.Instance{in}; !snap.Stale && cmp.Equal(snap.Instances, want) {
					break
				}
			}
		}
	})
}
