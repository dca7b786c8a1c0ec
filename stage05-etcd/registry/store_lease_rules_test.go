package registry_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/registry"
)

func TestABeatThatComesTooLateLeavesTheInstanceToTheSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log logtest.Buffer
		s := sweeping(t, registry.Options{Sweep: 10 * time.Second, Logger: log.Logger()})
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		time.Sleep(ttl)
		require.ErrorIs(t, beat(s, "Arith", "a"), registry.ErrNotFound)
		require.Len(t, s.Instances("Arith"), 1, "find only looks: the sweep removes the instance")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		require.Empty(t, s.Instances("Arith"))
		require.Equal(t, 1, strings.Count(log.String(), "evicted"), "evictions that are logged: if a beat removes the instance, nobody learns why it is gone")
	})
}
