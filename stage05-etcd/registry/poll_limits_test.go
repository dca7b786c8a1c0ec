package registry_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

// request asks over the network, and tells what came back and after how long.
func request(t *testing.T, network *memnet.Network, head string) (string, time.Duration) {
	t.Helper()
	conn, start := connect(t, network), time.Now()
	_, err := io.WriteString(conn, head)
	require.NoError(t, err)
	return untilClosed(t, conn), time.Since(start)
}

func TestTheServersDeadlinesDoNotCutAPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		_, h := warm(t)
		serve(t, &network, h)
		revision := get(t, h, "Arith").Revision
		got, took := request(t, &network, fmt.Sprintf("GET /services/Arith?revision=%d&wait=5m HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", revision))
		require.Contains(t, got, "200 OK")
		require.GreaterOrEqual(t, took, 5*time.Minute)
	})
}

func TestABodyThatNeverComesDoesNotHoldAPollForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		_, h := warm(t)
		serve(t, &network, h)
		_, took := request(t, &network, "GET /services/Arith?wait=1m HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n")
		require.Less(t, took, 2*time.Minute)
	})
}

func TestAPollEndsWhenTheRegistryStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s, h := warm(t)
		stop := serve(t, &network, h)
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		time.AfterFunc(time.Second, stop)
		got, took := request(t, &network, fmt.Sprintf("GET /services/Arith?revision=%d&wait=1m HTTP/1.1\r\nHost: x\r\n\r\n", get(t, h, "Arith").Revision))
		require.Equal(t, time.Second, took)
		require.Contains(t, got, `"id":"a"`, "with what there is")
	})
}

func TestAPollEndsWithItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		_, h := warm(t)
		ended := make(chan struct{})
		serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.ServeHTTP(w, r)
			close(ended)
		}))
		conn, start := connect(t, &network), time.Now()
		_, err := fmt.Fprintf(conn, "GET /services/Arith?revision=%d&wait=5m HTTP/1.1\r\nHost: x\r\n\r\n", get(t, h, "Arith").Revision)
		require.NoError(t, err)
		synctest.Wait()
		require.NoError(t, conn.Close())
		<-ended
		require.Zero(t, time.Since(start))
	})
}

// discard is a ResponseWriter that keeps nothing.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

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

func TestAnAnswerSaysHowLongItIs(t *testing.T) {
	s := newStore()
	fill(t, s, 100)
	w := send(registry.Handler(s), http.MethodGet, "/services/Service0", "", "")
	require.Equal(t, strconv.Itoa(w.Body.Len()), w.Header().Get("Content-Length"))
	require.True(t, strings.HasSuffix(w.Body.String(), "]}\n"))
}

func TestAPollEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, h := warm(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("/services/Arith?revision=%d&wait=5m", get(t, h, "Arith").Revision), nil)
		require.NoError(t, err)
		start := time.Now()
		h.ServeHTTP(discard{http.Header{}}, r)
		require.Equal(t, time.Second, time.Since(start))
	})
}
