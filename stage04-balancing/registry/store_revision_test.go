package registry_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/registry"
)

func TestARevisionIsNeverZeroAndGrowsWithEveryChange(t *testing.T) {
	s := newStore()
	h := registry.Handler(s)
	last := get(t, h, "Arith")
	require.NotZero(t, last.Revision)
	updated := instance("Arith", "a", "127.0.0.1:1")
	updated.Weight = 2
	for _, change := range []func() error{
		func() error { return put(s, instance("Arith", "a", "127.0.0.1:1")) },
		func() error { return put(s, updated) },
		func() error { return put(s, instance("Arith", "b", "127.0.0.1:2")) },
		func() error { return remove(s, "Arith", "a") },
		func() error { return remove(s, "Arith", "b") },
		func() error { return put(s, instance("Arith", "c", "127.0.0.1:1")) },
	} {
		require.NoError(t, change())
		now := get(t, h, "Arith")
		require.Greater(t, now.Revision, last.Revision)
		last = now
	}
}
