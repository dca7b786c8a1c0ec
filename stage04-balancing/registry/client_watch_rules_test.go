package registry_test

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/logtest"
	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

func TestAPollThatItsContextEndedIsRepeatedFromTheSameRevision(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		queries := make(chan string, 100)
		h := registry.Handler(sweeping(t, registry.Options{}))
		serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			queries <- r.URL.RawQuery
			h.ServeHTTP(w, r)
		}))
		w := watch(t, &network, registry.ClientOptions{})
		first, _ := next(t, w)
		require.Equal(t, "Arith", first.Service)
		noneFor(t, w, time.Second)
		noneFor(t, w, time.Second)
		require.Len(t, queries, 3, "a poll that its context ended leaves the watcher as it was")
		<-queries // has no revision
		second := <-queries
		require.NotEmpty(t, second)
		require.Equal(t, second, <-queries)
	})
}

func TestEachOutageIsLoggedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log logtest.Buffer
		h := newHost(t, registry.Options{})
		w := watch(t, &h.network, registry.ClientOptions{Logger: log.Logger()})
		next(t, w)
		for n := range 2 {
			h.stop()
			next(t, w)
			noneFor(t, w, time.Hour)
			h.start()
			next(t, w)
			require.Equal(t, n+1, strings.Count(log.String(), "the registry does not answer"), "a response sets failures to 0: what fails after it is another outage")
		}
	})
}

func TestAStateIsAsOldAsItsResponse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var queries []string
		c, err := registry.NewClient("http://proxy.test/registry", registry.ClientOptions{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			require.Equal(t, "/registry/services/Arith", r.URL.Path, "poll asks below the base of the client")
			queries = append(queries, r.URL.Query().Get("revision"))
			time.Sleep(time.Second) // as a long poll may, for longer
			entry := strings.Replace(goodEntry, "127.0.0.1:1", "127.0.0.1:"+strconv.Itoa(len(queries)), 1)
			body := `{"revision":` + strconv.Itoa(9-len(queries)) + `,"instances":[` + entry + `]}`
			return &http.Response{StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(strings.NewReader(body))}, nil
		})})
		require.NoError(t, err)
		defer c.Close()
		w, err := c.Watch(t.Context(), "Arith")
		require.NoError(t, err)
		defer w.Close()
		for range 3 {
			snap, _ := next(t, w)
			require.Equal(t, time.Now(), snap.Synced, "Synced is when the response came, and not when the poll began: by it a list is as old as it is")
		}
		require.Equal(t, []string{"", "8", "7"}, queries, "each poll names the revision of the latest response, also if that is a lower one (trap W4)")
	})
}

func TestAnAnswerIsNotLostWhenNextIsCancelledUponIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		polls := 0
		w := watch(t, nil, registry.ClientOptions{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if polls++; polls > 1 { // nothing changes any more
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			body := strings.NewReader(`{"revision":2,"instances":[` + goodEntry + `]}`)
			return &http.Response{StatusCode: http.StatusOK, Request: r, Body: ending{body, cancel}}, nil
		})})
		snap, err := w.Next(ctx)
		require.ErrorIs(t, ctx.Err(), context.Canceled)
		if err != nil {
			snap, _ = next(t, w)
		}
		require.False(t, snap.Stale)
		require.Equal(t, "a", ids(snap))
	})
}
