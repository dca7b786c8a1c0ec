package registry_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/logtest"
	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

// watch returns a watcher of Arith, closed when the test ends.
func watch(t *testing.T, network *memnet.Network, opts registry.ClientOptions) registry.Watcher {
	t.Helper()
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	w, err := newClient(t, network, opts).Watch(t.Context(), "Arith")
	require.NoError(t, err)
	t.Cleanup(func() { w.Close() })
	return w
}

// next returns the next snapshot, and how long it took to come.
func next(t *testing.T, w registry.Watcher) (registry.Snapshot, time.Duration) {
	t.Helper()
	start := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	snap, err := w.Next(ctx)
	require.NoError(t, err)
	return snap, time.Since(start)
}

// noneFor fails if there is another snapshot within d.
func noneFor(t *testing.T, w registry.Watcher, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	snap, err := w.Next(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded, "%+v", snap)
}

func ids(snap registry.Snapshot) string {
	var ids []string
	for _, in := range snap.Instances {
		ids = append(ids, in.ID)
	}
	return strings.Join(ids, " ")
}

// ending calls a function when it has been read to its end.
type ending struct {
	io.Reader
	end func()
}

func (e ending) Close() error { return nil }

func (e ending) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	if err == io.EOF {
		e.end()
	}
	return n, err
}

// roundTrip is an http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

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

func TestAWatcherAsksForMoreThanItHas(t *testing.T) {
	for wait, want := range map[time.Duration]string{0: "wait=10s", 90 * time.Second: "wait=1m30s", time.Hour: "wait=5m0s"} {
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
