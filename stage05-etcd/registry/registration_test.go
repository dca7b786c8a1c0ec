package registry_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

// faults are the ways in which a registry can be away while it listens.
var faults = map[string]http.HandlerFunc{
	"it fails":                 says(http.StatusInternalServerError, "text/plain", "out of memory"),
	"it hangs":                 hang,
	"it closes connections":    func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	"it answers nonsense":      says(http.StatusOK, "text/html", "<h1>Welcome</h1>"),
	"a proxy finds no page":    http.NotFound,
	"a proxy has no registry":  says(http.StatusBadGateway, "text/html", "<h1>Bad Gateway</h1>"),
	"the store has no room":    says(http.StatusTooManyRequests, asJSON, `{"error":"too many instances: Arith has 10000"}`),
	"another one holds the id": says(http.StatusConflict, asJSON, `{"error":"id is taken: a of Arith is 127.0.0.1:2"}`),
}

func TestRegisterReturnsWhenTheInstanceIsListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		serve(t, &network, registry.Handler(s))
		c := newClient(t, &network, registry.ClientOptions{})
		in := registry.Instance{Service: "Arith", Addr: "127.0.0.1:1", Metadata: map[string]string{"zone": "x"}}
		_, err := c.Register(t.Context(), in)
		require.NoError(t, err)
		in.ID, in.Network = "127.0.0.1:1", "tcp"
		require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{in}), "weight 0 included")
	})
}

func TestABadInstanceIsRefusedAtOnce(t *testing.T) {
	c, err := registry.NewClient("http://nowhere.invalid", registry.ClientOptions{})
	require.NoError(t, err)
	_, err = c.Register(t.Context(), instance("a/b", "a", "127.0.0.1:1"))
	require.ErrorAs(t, err, new(*registry.FieldError))
}

func TestAFieldThatTheRegistryRefusesEndsTheTrying(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, says(http.StatusBadRequest, asJSON, `{"error":"too long","field":"version"}`))
		c := newClient(t, &network, registry.ClientOptions{})
		start := time.Now()
		_, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.EqualError(t, err, "registry http://registry:8500: version: too long")
		require.Zero(t, time.Since(start))
	})
}

func TestRegisterWaitsForARegistryThatIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var log journal
		c := newClient(t, &network, registry.ClientOptions{Logger: log.logger()})
		s := newStore()
		time.AfterFunc(time.Minute, func() { serve(t, &network, registry.Handler(s)) })
		start := time.Now()
		_, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		require.Len(t, s.Instances("Arith"), 1)
		require.InDelta(t, time.Minute, time.Since(start), float64(5*time.Second), "it tries every five seconds at least")
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		require.Len(t, lines, 2, "once when it is gone and once when it is back")
		require.Equal(t, `level=WARN msg="trying again until it works" err="registry http://registry:8500: dial mem registry:8500: connection refused"`, lines[0])
		require.Contains(t, lines[1], `level=INFO msg="the registry answers again" failures=`)
	})
}

func TestRegisterWaitsForARegistryThatIsFaulty(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				var log journal
				c := newClient(t, &network, registry.ClientOptions{Logger: log.logger()})
				s := newStore()
				var h changing
				h.set(fault)
				serve(t, &network, &h)
				time.AfterFunc(time.Minute, func() { h.set(registry.Handler(s).ServeHTTP) })
				start := time.Now()
				_, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
				require.NoError(t, err)
				require.Len(t, s.Instances("Arith"), 1)
				require.InDelta(t, time.Minute, time.Since(start), float64(7*time.Second), "a pause and the time-out of a request")
				require.Equal(t, 1, strings.Count(log.String(), "level=WARN"), log.String())
			})
		})
	}
}

func TestThePausesBetweenAttemptsGrowToFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var attempts moments
		serve(t, &network, noting(http.NotFoundHandler(), "/register", attempts.note))
		c := newClient(t, &network, registry.ClientOptions{Logger: slog.New(slog.DiscardHandler)})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		_, err := c.Register(ctx, instance("Arith", "a", "127.0.0.1:1"))
		require.Error(t, err)
		pauses := attempts.pauses()
		require.InDelta(t, 240, len(pauses), 60, "one per 2.5 s on average")
		limit := 100 * time.Millisecond
		for i, pause := range pauses {
			require.Less(t, pause, limit, "pause %d", i)
			limit = min(2*limit, 5*time.Second)
		}
		require.Greater(t, slices.Max(pauses), 4*time.Second)
	})
}

func TestRegisterEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		c := newClient(t, &network, registry.ClientOptions{Logger: slog.New(slog.DiscardHandler)})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		_, err := c.Register(ctx, instance("Arith", "a", "127.0.0.1:1"))
		require.ErrorContains(t, err, "registry http://registry:8500: ", "why, and not just that it was cancelled")
		require.Equal(t, time.Minute, time.Since(start))
	})
}

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
		require.Equal(t, 2*time.Second, time.Since(start))
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

func TestDeregisterTakesTheInstanceOffTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		serve(t, &network, registry.Handler(s))
		c := newClient(t, &network, registry.ClientOptions{})
		a, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		_, err = c.Register(t.Context(), instance("Arith", "b", "127.0.0.1:2"))
		require.NoError(t, err)
		require.NoError(t, a.Deregister(t.Context()))
		require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{instance("Arith", "b", "127.0.0.1:2")}))
		require.NoError(t, a.Deregister(t.Context()), "twice is no error")
	})
}

func TestDeregisterSucceedsWhenTheRegistryHasForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var h changing
		h.set(registry.Handler(newStore()).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{})
		r, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		h.set(registry.Handler(newStore()).ServeHTTP)
		require.NoError(t, r.Deregister(t.Context()))
	})
}

func TestDeregisterDoesNotWaitForARegistryThatIsAway(t *testing.T) {
	for name, c := range map[string]struct {
		fault          http.HandlerFunc
		patience, want time.Duration
		err            string
	}{
		"it hangs":                        {hang, time.Minute, 2 * time.Second, "context deadline exceeded"},
		"it hangs longer than the caller": {hang, time.Second, time.Second, "context deadline exceeded"},
		"it fails":                        {faults["it fails"], time.Minute, 0, "answered 500 Internal Server Error"},
		"a proxy finds no page":           {http.NotFound, time.Minute, 0, "answered 404 Not Found"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				var h changing
				h.set(registry.Handler(newStore()).ServeHTTP)
				serve(t, &network, &h)
				client := newClient(t, &network, registry.ClientOptions{})
				r, err := client.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
				require.NoError(t, err)
				h.set(c.fault)
				ctx, cancel := context.WithTimeout(t.Context(), c.patience)
				defer cancel()
				start := time.Now()
				require.EqualError(t, r.Deregister(ctx), "registry http://registry:8500: "+c.err)
				require.Equal(t, c.want, time.Since(start))
			})
		})
	}
}
