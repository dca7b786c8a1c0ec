package registry_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/internal/logtest"
	"example.com/workshop/stage02-registry/internal/memnet"
	"example.com/workshop/stage02-registry/registry"
)

func TestRegisterEndsWithTheRequestThatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, http.HandlerFunc(hang))
		c := newClient(t, &network, registry.ClientOptions{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := c.Register(ctx, instance("Arith", "a", "127.0.0.1:1"))
		require.ErrorContains(t, err, "registry http://registry:8500: ")
		require.Equal(t, 4*time.Second, time.Since(start), "with the deregistration, which hangs too")
	})
}

func TestRegisterDoesNothingOnceItsContextHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		serve(t, &network, registry.Handler(s))
		c := newClient(t, &network, registry.ClientOptions{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := c.Register(ctx, instance("Arith", "a", "127.0.0.1:1"))
		require.ErrorIs(t, err, context.Canceled)
		require.Empty(t, s.Services())
	})
}

func TestNobodyIsListedWhoseRegistrationWasGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		serve(t, &network, slowly(registry.Handler(s), time.Second))
		c := newClient(t, &network, registry.ClientOptions{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		r, err := c.Register(ctx, instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err, "the request was under way")
		require.Len(t, s.Instances("Arith"), 1)
		require.NoError(t, r.Deregister(t.Context()))
		require.Empty(t, s.Services())
	})
}

func TestNobodyStaysListedWhoseAnswerWasLostBeforeItWasGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		h := registry.Handler(s)
		ctx, cancel := context.WithCancel(t.Context())
		serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/register" {
				h.ServeHTTP(httptest.NewRecorder(), r)
				cancel()
				panic(http.ErrAbortHandler)
			}
			h.ServeHTTP(w, r)
		}))
		c := newClient(t, &network, registry.ClientOptions{Logger: logtest.Quiet()})
		_, err := c.Register(ctx, instance("Arith", "a", "127.0.0.1:1"))
		require.Error(t, err)
		require.Empty(t, s.Services(), "the server stops, and nobody else takes it off")
	})
}
