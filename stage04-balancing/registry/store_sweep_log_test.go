package registry_test

import (
	"log/slog"
	"runtime"
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
		defer close(log.resume)
		stored := make(chan error, 1)
		go func() { stored <- put(s, instance("Arith", "a", "127.0.0.1:1")) }()
		for len(stored) == 0 {
			require.False(t, waitsForLock("(*Store).Put"), "the lock is held while an eviction is logged")
			runtime.Gosched()
		}
		require.NoError(t, <-stored)
		require.NoError(t, beat(s, "Arith", "a"))
		require.Len(t, s.Instances("Arith"), 1)
	})
}
