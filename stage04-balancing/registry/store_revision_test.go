package registry_test

import (
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/registry"
)

// state is an answer of GET /services/{name}.
type state struct {
	Revision  uint64
	Instances []registry.Instance
}

// get asks for a service at once.
func get(t *testing.T, h http.Handler, service string) state {
	t.Helper()
	return decoded[state](t, send(h, http.MethodGet, "/services/"+service, "", ""))
}

func TestARevisionIsNeverZeroAndGrowsWithEveryChange(t *testing.T) {
	s := newStore()
	h := registry.Handler(s)
	last := get(t, h, "Arith")
	require.NotZero(t, last.Revision)
	updated := instance("Arith", "a", "127.0.0.1:1")
	updated.Weight = 2
	for _, change := range []func() error{
		func() error { return put(s, instance("Arith", "a", "127.0.0.1:1")) },
		func() error { return put(s, updated) },
		func() error { return put(s, instance("Arith", "b", "127.0.0.1:2")) },
		func() error { return remove(s, "Arith", "a") },
		func() error { return remove(s, "Arith", "b") },
		func() error { return put(s, instance("Arith", "c", "127.0.0.1:1")) },
	} {
		require.NoError(t, change())
		now := get(t, h, "Arith")
		require.Greater(t, now.Revision, last.Revision)
		last = now
	}
}

// discard is a ResponseWriter that keeps nothing.
type discard struct{ header http.Header }

func (d discard) Header() http.Header { return d.header }

func (d discard) Write(p []byte) (int, error) { return len(p), nil }

func (d discard) WriteHeader(int) {}

func TestAListIsEncodedOncePerRevision(t *testing.T) {
	s := newStore()
	fill(t, s, 1000)
	h := registry.Handler(s)
	size := uint64(send(h, http.MethodGet, "/services/Service0", "", "").Body.Len())
	require.Greater(t, size, uint64(100_000))
	const pollers = 64
	revision := get(t, h, "Service0").Revision
	var ready, polls sync.WaitGroup
	for range pollers {
		r, err := http.NewRequest(http.MethodGet, fmt.Sprintf("/services/Service0?revision=%d&wait=5m", revision), nil)
		require.NoError(t, err)
		ready.Add(1)
		polls.Go(func() {
			ready.Done()
			h.ServeHTTP(discard{http.Header{}}, r)
		})
	}
	ready.Wait()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	require.NoError(t, remove(s, "Service0", "10.0.0.1:1234"))
	polls.Wait()
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, pollers*size/4)
}
