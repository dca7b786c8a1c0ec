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

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/logtest"
	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

func TestAFieldThatTheRegistryRefusesEndsTheTrying(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, says(http.StatusBadRequest, asJSON, `{"error":"too long","field":"version"}`))
		c := newClient(t, &network, registry.ClientOptions{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		_, err := c.Register(ctx, instance("Arith", "a", "127.0.0.1:1"))
		require.EqualError(t, err, "registry http://registry:8500: version: too long")
		require.Zero(t, time.Since(start), "a *FieldError ends the trying at once")
	})
}

func TestRegisterWaitsForARegistryThatIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var log logtest.Buffer
		c := newClient(t, &network, registry.ClientOptions{Logger: untimed(&log)})
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
		require.Contains(t, lines[1], `level=INFO msg="the registry accepts it now" failures=`)
	})
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
