package grpcarith_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
)

func TestServerThatDiesCostsNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		c, _, die := w.pair()
		die() // and stays listed
		for range 20 {
			call := <-c.Go(t.Context(), "Arith.Sum", arith.Args{}, new(int)).Done
			require.NoError(t, call.Err)
			require.Equal(t, b, call.Addr)
		}
	})
}

func TestClientsAvoidAServerThatDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		c, draining, _ := w.pair()
		draining.Drain()
		synctest.Wait()
		require.Equal(t, []string{b}, w.answering(c))
	})
}

func TestRetriesStopWhenHardlyAnythingSucceeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		m := w.serveMoody(a, 1<<60)
		c := w.to(a)
		for range 500 {
			require.Error(t, c.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int)))
		}
		require.LessOrEqual(t, m.calls.Load(), int64(500+50), "a storm of retries")
		m.refuses.Store(0)
		for range 600 { // which fill the budget again
			require.NoError(t, c.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int)))
		}
		m.refuses.Store(m.calls.Load() + 1)
		require.NoError(t, c.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int)))
	})
}
