package client_test

import (
	"context"
	"net"
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
		require.ErrorAs(t, err, new(*net.OpError), "the registry's error is wrapped, so that a caller can look at it")
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
		require.True(t, ok, "Dial's error is returned as it is, not wrapped: %v", err)
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
		require.Equal(t, 5*time.Second, time.Since(start), "lookupTimeout is for the lookup and its dial together")
	})
}

func TestTheFirstInstanceListedIsTakenAndNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirectory(t)
		d.open(t)
		first := d.serve(t, "host:1", "tcp")
		d.serve(t, "host:2", "tcp")
		for _, addr := range []string{"host:2", "host:1"} {
			d.register(t, addr, "tcp")
		}
		requireAnswer(t, d.find(t), "host:1")
		first.Kill()
		_, err := multiply(t.Context(), d.find(t))
		require.ErrorContains(t, err, "host:1", "the first one listed is down; a lookup dials no other")
	})
}

func TestNoLockIsHeldDuringADial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirectory(t)
		d.open(t)
		d.listen(t, "hole:1") // and accepts nobody
		d.register(t, "hole:1", "tcp")
		c := d.find(t)
		c.Go(t.Context(), "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int))
		synctest.Wait() // until it dials
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := multiply(ctx, c)
		require.EqualError(t, err, "finding Arith: context deadline exceeded", "a caller waits until its own deadline, while another one dials")
	})
}
