package registry_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/internal/logtest"
	"example.com/workshop/stage02-registry/internal/memnet"
	"example.com/workshop/stage02-registry/registry"
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
