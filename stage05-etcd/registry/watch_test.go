package registry_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
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

// wrong are answers to a poll that no registry gives.
var wrong = map[string]http.HandlerFunc{
	"no JSON":                  says(http.StatusOK, "text/html", "<h1>Welcome</h1>"),
	"half an answer":           says(http.StatusOK, asJSON, `{"epoch":1,"revision":2,"instances":[`),
	"a list as in stage 03":    says(http.StatusOK, asJSON, `[]`),
	"null":                     says(http.StatusOK, asJSON, `null`),
	"no list":                  says(http.StatusOK, asJSON, `{"epoch":1,"revision":2}`),
	"null for a list":          says(http.StatusOK, asJSON, `{"epoch":1,"revision":2,"instances":null}`),
	"revision 0":               says(http.StatusOK, asJSON, `{"epoch":1,"revision":0,"instances":[]}`),
	"a revision below zero":    says(http.StatusOK, asJSON, `{"epoch":1,"revision":-1,"instances":[]}`),
	"an empty body":            says(http.StatusOK, asJSON, ``),
	"nothing for it":           says(http.StatusNoContent, asJSON, ``),
	"a refusal of the service": says(http.StatusBadRequest, asJSON, `{"error":"I know better","field":"service"}`),
	"a redirect to itself":     http.RedirectHandler("/services/Arith", http.StatusFound).ServeHTTP,
}

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
					require.Less(t, len(polls.pauses()), 45*10, "in a minute, with the ten redirects that a poll follows")

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

func TestAWrongAnswerIsNoFirstSnapshot(t *testing.T) {
	for name, answer := range wrong {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				var h changing
				h.set(answer)
				serve(t, &network, &h)
				w := watch(t, &network, registry.ClientOptions{})
				noneFor(t, w, time.Minute)
				h.set(registry.Handler(newStore()).ServeHTTP)
				snap, _ := next(t, w)
				require.False(t, snap.Stale)
				require.Empty(t, cmp.Diff(snap.Instances, []registry.Instance{}), "known to be empty")
			})
		})
	}
}

func TestARegistryThatVanishesIsNoticedAfterOnePoll(t *testing.T) {
	for name, c := range map[string]struct{ wait, timeout, longest time.Duration }{
		"the defaults": {0, 0, 12*time.Second + 625*time.Millisecond},
		"short waits":  {time.Second, 100 * time.Millisecond, 1162500 * time.Microsecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				var h changing
				s, _ := warm(t)
				h.set(registry.Handler(s).ServeHTTP)
				serve(t, &network, &h)
				w := watch(t, &network, registry.ClientOptions{Wait: c.wait, Timeout: c.timeout})
				next(t, w)
				h.set(hang)
				snap, took := next(t, w)
				require.True(t, snap.Stale)
				require.Equal(t, c.longest, took)
			})
		})
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
			body := strings.NewReader(`{"epoch":1,"revision":2,"instances":[` + goodEntry + `]}`)
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
			var queries journal
			s, h := warm(t)
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

func TestARegistryThatAlwaysAnswersAtOnceIsNotRunDown(t *testing.T) {
	for name, list := range map[string]string{
		"with the same list": `[]`,
		"with another list":  `[{"service":"Arith","addr":"127.0.0.1:1","version":"%d"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				var polls atomic.Int64
				serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					text := `{"epoch":1,"revision":%d,"instances":` + list + `}`
					fmt.Fprint(w, strings.ReplaceAll(text, "%d", fmt.Sprint(polls.Add(1))))
				}))
				w := watch(t, &network, registry.ClientOptions{})
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				var err error
				for err == nil {
					_, err = w.Next(ctx)
				}
				require.InDelta(t, 50+10*100, polls.Load(), 2, "a burst of 50, and 100 per second")
			})
		})
	}
}

func TestChangesAtTheirUsualPaceArriveAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s, h := warm(t)
		serve(t, &network, h)
		w := watch(t, &network, registry.ClientOptions{})
		next(t, w)
		for i := range 1000 {
			in := instance("Arith", "a", "127.0.0.1:1")
			in.Weight = i
			time.AfterFunc(12*time.Millisecond, func() { put(s, in) })
			_, took := next(t, w)
			require.Equal(t, 12*time.Millisecond, took)
		}
		noneFor(t, w, time.Second)
		for i := range 50 { // a fleet that is started all at once
			require.NoError(t, put(s, instance("Arith", fmt.Sprint(i), "127.0.0.1:1")))
			_, took := next(t, w)
			require.Zero(t, took)
		}
	})
}

func TestAnAnswerThatIsLostCorruptsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s, h := warm(t)
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
