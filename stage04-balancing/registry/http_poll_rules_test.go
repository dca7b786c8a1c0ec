package registry_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/registry"
)

// Services without instances share what wakes those who wait for one of them.
func TestAPollIsNotEndedAndNotProlongedByOtherServices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{})
		h := registry.Handler(s)
		now := get(t, h, "New")
		time.AfterFunc(5*time.Second, func() {
			for i := range 5000 {
				if err := put(s, instance(fmt.Sprint("Newer", i), "a", "127.0.0.1:1")); err != nil {
					t.Error(err)
				}
			}
		})
		got, took := poll(t, h, "New", now.Revision, "10s")
		require.GreaterOrEqual(t, took, 10*time.Second, "whoever is woken looks whether it was for this service")
		require.LessOrEqual(t, took, 10*time.Second*17/16, "one wait for the whole poll: being woken does not start it again")
		require.Empty(t, cmp.Diff(got, now))
	})
}

func TestAnEvictionEndsAPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{})
		h := registry.Handler(s)
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		got, took := poll(t, h, "Arith", get(t, h, "Arith").Revision, "1m")
		require.Equal(t, ttl, took)
		require.Empty(t, cmp.Diff(got.Instances, []registry.Instance{}))
	})
}

func TestAPollEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := registry.Handler(sweeping(t, registry.Options{}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("/services/Arith?revision=%d&wait=5m", get(t, h, "Arith").Revision), nil)
		require.NoError(t, err)
		start := time.Now()
		h.ServeHTTP(discard{http.Header{}}, r)
		require.Equal(t, time.Second, time.Since(start), "the poll ends with the request's context")
	})
}
