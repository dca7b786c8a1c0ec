package client_test

import (
	"context"
	"errors"
	"io"
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

func TestAClosedClientMakesNoCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newServing(t)
		c := d.find(t)
		requireAnswer(t, c, "host:1")
		call := c.Go(t.Context(), "Odd.Slow", time.Hour, new(bool))
		synctest.Wait()
		require.NoError(t, c.Close())
		require.ErrorIs(t, (<-call.Done).Err, rpc.ErrShutdown, "in progress")
		_, err := multiply(t.Context(), c)
		require.ErrorIs(t, err, rpc.ErrShutdown, "later")
		require.NoError(t, c.Close(), "twice")
		require.EqualValues(t, 1, d.lookups.Load(), "a client that is closed (c.life has ended) asks the registry no more")
		time.Sleep(time.Hour) // until the method has ended
	})
}

func TestCloseEndsALookup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirectory(t)
		d.open(t)
		d.slow(time.Second)
		c := d.find(t)
		start := time.Now()
		call := c.Go(t.Context(), "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int))
		synctest.Wait()
		require.NoError(t, c.Close())
		require.ErrorIs(t, (<-call.Done).Err, rpc.ErrShutdown)
		require.Zero(t, time.Since(start), "a lookup does not outlive its client")
	})
}

func TestCloseWaitsForADialThatSucceedsAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newServing(t)
		dialled := make(chan net.Conn, 1)
		c := client.New(d.client, "Arith", client.Options{
			DialContext: func(_ context.Context, network, addr string) (net.Conn, error) {
				time.Sleep(time.Second)
				nc, err := d.DialContext(context.Background(), network, addr)
				dialled <- nc
				return nc, err
			},
		})
		call := c.Go(t.Context(), "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int))
		synctest.Wait()
		require.NoError(t, c.Close())
		require.ErrorIs(t, (<-call.Done).Err, rpc.ErrShutdown)
		_, err := (<-dialled).Read(make([]byte, 1))
		require.ErrorIs(t, err, io.ErrClosedPipe, "the connection is closed, and from this side")
	})
}

func TestCloseMayComeAtAnyTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newServing(t)
		for range 50 {
			c := d.find(t)
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					for range 3 {
						if _, err := multiply(t.Context(), c); err != nil && !errors.Is(err, rpc.ErrShutdown) {
							t.Error(err)
						}
					}
				})
			}
			all.Go(func() { c.Close() })
			all.Wait()
		}
	})
}
