package registry_test

import (
	"log/slog"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/registry"
)

func TestASlowLogHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &stalling{slog.DiscardHandler, make(chan struct{}), make(chan struct{})}
		s := sweeping(t, registry.Options{Logger: slog.New(log)})
		stall(t, s, log)
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		require.NoError(t, beat(s, "Arith", "a"))
		require.Len(t, s.Instances("Arith"), 1)
		close(log.resume)
	})
}
