package client_test

import (
	"context"
	"net/rpc"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/arith"
	"example.com/workshop/stage02-registry/client"
)

func TestWhoComesLateFindsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newServing(t)
		for n := range int32(400) { // as often as it takes for somebody to come late
			c := d.find(t)
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() { multiply(t.Context(), c) })
			}
			all.Wait()
			require.Equal(t, n+1, d.lookups.Load(), "lookups: who comes when somebody's lookup has just ended takes its connection")
			c.Close()
		}
	})
}

func TestAConnectionThatIsNotBrokenIsKeptWhateverItsCallsEndWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirectory(t)
		d.open(t)
		host := d.serve(t, "host:1", "tcp")
		d.register(t, "host:1", "tcp")
		c := d.find(t)
		require.ErrorAs(t, c.Call(t.Context(), "Arith.Divide", arith.Args{}, new(arith.Quotient)), new(rpc.ServerError))
		host.Freeze()
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			_, err := multiply(ctx, c)
			cancel()
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		host.Thaw()
		requireAnswer(t, c, "host:1")
		d.requireCost(t, 1, 1)
	})
}

func TestARegistryThatIsDownIsAnErrorThatNamesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirectory(t)
		c := d.find(t)
		_, err := multiply(t.Context(), c)
		require.EqualError(t, err, "finding Arith: registry http://registry:8500: dial mem registry:8500: connection refused")
		d.open(t)
		d.serve(t, "host:1", "tcp")
		d.register(t, "host:1", "tcp")
		requireAnswer(t, c, "host:1")
	})
}

func TestAServerThatIsDownIsAnErrorThatNamesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirectory(t)
		d.open(t)
		d.register(t, "host:1", "tcp")
		c := d.find(t)
		_, err := multiply(t.Context(), c)
		failed, ok := err.(*client.CallError)
		require.True(t, ok, err)
		require.Equal(t, "host:1", failed.Addr)
		d.serve(t, "host:1", "tcp")
		requireAnswer(t, c, "host:1")
		d.requireCost(t, 2, 2)
	})
}

func TestFindingAServerTakesFiveSecondsAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirectory(t)
		d.open(t)
		d.listen(t, "hole:1") // and accepts nobody
		d.register(t, "hole:1", "tcp")
		d.slow(time.Second)
		c := d.find(t)
		start := time.Now()
		_, err := multiply(t.Context(), c)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "hole:1")
		require.Equal(t, 5*time.Second, time.Since(start))
	})
}
