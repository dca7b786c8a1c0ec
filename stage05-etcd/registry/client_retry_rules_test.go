package registry_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

func TestARegistryThatAnswersAtOnceIsNotWorthALine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var log logtest.Buffer
		serve(t, &network, registry.Handler(newStore()))
		c := newClient(t, &network, registry.ClientOptions{Logger: untimed(&log)})
		r, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		require.NoError(t, r.Deregister(t.Context()))
		require.Empty(t, log.String())
	})
}

func TestNobodySaysThatTheyTryAgainWhenTheirContextHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var log logtest.Buffer
		serve(t, &network, http.HandlerFunc(hang))
		c := newClient(t, &network, registry.ClientOptions{Timeout: time.Hour, Logger: untimed(&log)})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Register(ctx, instance("Arith", "a", "127.0.0.1:1"))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Empty(t, log.String())
	})
}

func TestRegisterWaitsForARegistryThatIsFaulty(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				var log logtest.Buffer
				c := newClient(t, &network, registry.ClientOptions{Logger: untimed(&log)})
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
