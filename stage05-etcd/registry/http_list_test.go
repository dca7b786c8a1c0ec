package registry_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

// readAll asks for the instances of every service as one whose connection takes
// what is written to it by read.
func readAll(s *registry.Store, read func(text []byte) error) {
	r := httptest.NewRequest(http.MethodGet, "/services", nil)
	registry.Handler(s).ServeHTTP(reader{http.Header{}, read}, r)
}

type reader struct {
	header http.Header
	read   func(text []byte) error
}

func (r reader) Header() http.Header            { return r.header }
func (r reader) WriteHeader(int)                {}
func (r reader) Write(text []byte) (int, error) { return len(text), r.read(text) }

// crowded returns a store that has no room for another of the largest instances.
func crowded(t *testing.T) *registry.Store {
	s := newStore()
	for n := range registry.MaxBytes/registry.MaxServiceBytes + 1 {
		crowd(t, s, fmt.Sprintf("Service%d", n))
	}
	return s
}

// heap returns the bytes that are in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestSlowReadersOfEveryServiceHoldNeitherTheTextNorTheStore(t *testing.T) {
	const readers, each = 8, 100 << 10
	s, before := crowded(t), heap()
	var stalled, all sync.WaitGroup
	goOn := make(chan struct{})
	stalled.Add(readers)
	for range readers {
		all.Go(func() {
			once := sync.OnceFunc(stalled.Done)
			readAll(s, func(text []byte) error {
				if len(text) < 1000 {
					return nil // it is no instance yet
				}
				once()
				<-goOn
				return http.ErrHandlerTimeout
			})
		})
	}
	stalled.Wait()
	require.Less(t, heap()-before, int64(readers*each), "of responses of %d bytes", registry.MaxBytes)
	require.NoError(t, put(s, instance("Other", "a", "127.0.0.1:1")), "and nobody waits for them")
	close(goOn)
	all.Wait()
}

func TestTheListOfEveryServiceIsWithinItsBound(t *testing.T) {
	size := 0
	readAll(crowded(t), func(text []byte) error {
		size += len(text)
		return nil
	})
	require.Less(t, size, registry.MaxBytes+10, "trap F7: the client reads that much")
	require.Greater(t, size, registry.MaxBytes*99/100)
}

func TestAReaderWhoHasGoneIsWrittenToNoMore(t *testing.T) {
	s, writes := newStore(), 0
	fill(t, s, 3000)
	readAll(s, func([]byte) error {
		writes++
		return http.ErrHandlerTimeout
	})
	require.Less(t, writes, 10)
}

func TestServicesAreListedInTheOrderOfTheirNames(t *testing.T) {
	s := newStore()
	for n := range 20 {
		require.NoError(t, put(s, instance(fmt.Sprintf("Service%02d", n*7%20), "a", "127.0.0.1:1")))
	}
	text := send(registry.Handler(s), http.MethodGet, "/services", "", "").Body.String()
	for n := range 19 {
		require.Less(t, strings.Index(text, fmt.Sprintf(`"Service%02d":[`, n)), strings.Index(text, fmt.Sprintf(`"Service%02d":[`, n+1)))
	}
}

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
