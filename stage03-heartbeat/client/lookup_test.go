package client_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/arith"
	"example.com/workshop/stage03-heartbeat/client"
)

func TestManyCallsCostOneLookupAndOneConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newServing(t)
		c := d.find(t)
		d.requireCost(t, 0, 0)
		for range 100 {
			requireAnswer(t, c, "host:1")
		}
		d.requireCost(t, 1, 1)
	})
}

func TestManyCallersTogetherCostOneLookup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirectory(t)
		d.open(t)
		first := d.serve(t, "host:1", "tcp")
		d.register(t, "host:1", "tcp")
		d.slow(time.Second)
		c := d.find(t)
		together := func() {
			var all sync.WaitGroup
			for range 100 {
				all.Go(func() {
					if _, err := multiply(t.Context(), c); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		}
		together()
		d.requireCost(t, 1, 1)
		first.Kill()
		synctest.Wait() // until everybody has seen it
		d.serve(t, "host:1", "tcp")
		together()
		d.requireCost(t, 2, 2)
	})
}

func TestABrokenConnectionIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirectory(t)
		d.open(t)
		first := d.serve(t, "host:1", "tcp")
		entry := d.register(t, "host:1", "tcp")
		c := d.find(t)
		requireAnswer(t, c, "host:1")

		d.serve(t, "host:2", "http")
		d.register(t, "host:2", "http")
		requireAnswer(t, c, "host:1") // which works, so nobody looks
		require.NoError(t, entry.Deregister(t.Context()))
		requireAnswer(t, c, "host:1")
		d.requireCost(t, 1, 1)

		call := c.Go(t.Context(), "Odd.Slow", time.Hour, new(bool))
		synctest.Wait()
		first.Kill()
		synctest.Wait() // until everybody has seen it
		require.Error(t, (<-call.Done).Err, "nobody knows whether the method ran, so it is not called again")
		requireAnswer(t, c, "host:2")
		d.requireCost(t, 2, 2)
		time.Sleep(time.Hour) // until the method has ended
	})
}

func TestNobodyUnderTheNameIsAnErrorThatSaysIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirectory(t)
		d.open(t)
		c := d.find(t)
		_, err := multiply(t.Context(), c)
		require.ErrorIs(t, err, client.ErrNoInstances)
		require.EqualError(t, err, "no instances of Arith")
		d.serve(t, "host:1", "tcp")
		d.register(t, "host:1", "tcp")
		requireAnswer(t, c, "host:1")
	})
}

func TestALookupEndsWithItsCallersContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newServing(t)
		d.slow(time.Second)
		c := d.find(t)
		patient := c.Go(t.Context(), "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		start := time.Now()
		_, err := multiply(ctx, c)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.EqualError(t, err, "finding Arith: context deadline exceeded")
		require.Equal(t, time.Second/2, time.Since(start))
		require.NoError(t, (<-patient.Done).Err, "which does not end the lookup for others")
		require.Equal(t, time.Second, time.Since(start))
		d.requireCost(t, 1, 1)
	})
}
