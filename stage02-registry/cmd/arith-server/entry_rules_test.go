package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/registry"
)

// inProcess makes requests to a handler in this process, and notes whether its client is
// closed.
type inProcess struct {
	http.Handler
	closed bool
}

func (p *inProcess) CloseIdleConnections() { p.closed = true }

func (p *inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w.Result(), nil
}

// hanging is a handler that answers no request for this path, and calls asked for each.
func hanging(path string, asked func(), h http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == path {
			asked()
			<-r.Context().Done()
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		h.ServeHTTP(w, r)
	}
}

func TestAServerWaitsOnlyASecondOrTwoForARegistryThatDoesNotAnswerItsGoodbye(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		e := entryIn(t, hanging("/deregister", func() {}, registry.Handler(newStore())))
		start := time.Now()
		require.NoError(t, e.serve(ctx, "127.0.0.1:1"))
		require.LessOrEqual(t, time.Since(start), time.Minute+3*time.Second)
	})
}

func TestAServerThatIsStoppedJustAsItIsRegisteredIsTakenOffTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := newStore()
		h := registry.Handler(s)
		e := entryIn(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.ServeHTTP(w, r)
			cancel()
		}))
		require.NoError(t, e.serve(ctx, "127.0.0.1:1"))
		require.Empty(t, s.Services(), "the registration has succeeded, whatever ctx says by now")
	})
}

func TestTheTimeToLeaveBeginsWhenTheServerStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		s := newStore()
		e := entryIn(t, registry.Handler(s))
		require.NoError(t, e.serve(ctx, "127.0.0.1:1"))
		require.Empty(t, s.Services(), "leaveTime begins when ctx ends, and not at the registration")
	})
}

func TestWhyTheServerStoppedIsItsErrorWheneverThatIs(t *testing.T) {
	broken := errors.New("accept: too many open files")
	for name, tt := range map[string]func(stop func()) *entry{
		"without a registry": func(stop func()) *entry { time.AfterFunc(time.Second, stop); return new(entry) },
		"while it is registered": func(stop func()) *entry {
			time.AfterFunc(time.Second, stop)
			return entryIn(t, registry.Handler(newStore()))
		},
		"while it still tries to": func(stop func()) *entry { return entryIn(t, hanging("/register", stop, http.NotFoundHandler())) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancelCause(t.Context())
				require.ErrorIs(t, tt(func() { stop(broken) }).serve(ctx, "127.0.0.1:1"), broken)
			})
		})
	}
}

func TestAServerWhoseGoodbyeTakesLongIsTakenOffTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		s := newStore()
		h := registry.Handler(s)
		e := entryIn(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/register" {
				time.Sleep(leaveTime * 9 / 8)
			}
			h.ServeHTTP(w, r)
		}))
		require.NoError(t, e.serve(ctx, "127.0.0.1:1"))
		require.Empty(t, s.Services())
	})
}
