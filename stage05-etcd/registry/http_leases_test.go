package registry_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

// leaseStatus is a lease as GET /leases shows it.
type leaseStatus struct {
	Service, ID, Addr, TTL string
	Age                    int `json:"age_ms"`
	Late                   bool
}

func TestTheLeasesAreShownWithTheirAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{})
		h := registry.Handler(s)
		leases := func() []leaseStatus {
			w := send(h, http.MethodGet, "/leases", "", "")
			require.NotContains(t, w.Body.String(), "lease-of-", "whoever knows a lease's ID may end it")
			require.NotContains(t, w.Body.String(), "null")
			return decoded[[]leaseStatus](t, w)
		}
		require.Empty(t, leases())
		for _, id := range []string{"b", "a"} {
			_, err := s.Put(instance("Slow", id, "127.0.0.1:1"), leaseOf(id), 5*time.Second)
			require.NoError(t, err)
		}
		time.Sleep(1200 * time.Millisecond)
		require.NoError(t, put(s, instance("Arith", "c", "127.0.0.1:2")))
		require.NoError(t, beat(s, "Slow", "b"))
		require.Empty(t, cmp.Diff(leases(), []leaseStatus{
			{"Arith", "c", "127.0.0.1:2", "15s", 0, false},
			{"Slow", "a", "127.0.0.1:1", "5s", 1200, false},
			{"Slow", "b", "127.0.0.1:1", "5s", 0, false},
		}))
		time.Sleep(1299 * time.Millisecond)
		require.Empty(t, cmp.Diff(leases()[1], leaseStatus{"Slow", "a", "127.0.0.1:1", "5s", 2499, false}))
		time.Sleep(time.Millisecond)
		require.Empty(t, cmp.Diff(leases()[1], leaseStatus{"Slow", "a", "127.0.0.1:1", "5s", 2500, true}), "late from half its TTL on")
		time.Sleep(4500 * time.Millisecond)
		synctest.Wait()
		require.Len(t, leases(), 1, "two are evicted")
	})
}
