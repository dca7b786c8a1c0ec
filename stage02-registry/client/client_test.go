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

// multiply makes a good call and returns who answered.
func multiply(ctx context.Context, c *client.Client) (addr string, err error) {
	var product int
	call := <-c.Go(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, &product).Done
	if call.Err == nil && product != 56 {
		panic("wrong product")
	}
	return call.Addr, call.Err
}

// requireAnswer makes a good call, which addr must answer.
func requireAnswer(t testing.TB, c *client.Client, addr string) {
	t.Helper()
	got, err := multiply(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, addr, got)
}

func TestAServiceIsCalledByItsName(t *testing.T) {
	for _, network := range []string{"tcp", "http", "jsonrpc"} {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDirectory(t)
				d.open(t)
				d.serve(t, "host:1", network)
				d.register(t, "host:1", network)
				requireAnswer(t, d.find(t), "host:1")
			})
		})
	}
}

func TestCallReturnsTheReplyOrTheMethodsError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirectory(t)
		d.open(t)
		d.serve(t, "host:1", "tcp")
		d.register(t, "host:1", "tcp")
		c := d.find(t)
		var quotient arith.Quotient
		require.NoError(t, c.Call(t.Context(), "Arith.Divide", arith.Args{A: 7, B: 2}, &quotient))
		require.Equal(t, arith.Quotient{Quo: 3, Rem: 1}, quotient)
		err := c.Call(t.Context(), "Arith.Divide", arith.Args{A: 7}, &quotient)
		require.ErrorAs(t, err, new(rpc.ServerError))
		require.EqualError(t, err, "Arith.Divide on host:1: divide by zero")
	})
}

func TestARegistryThatRestartsFailsNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirectory(t)
		closed := d.open(t)
		d.serve(t, "host:1", "tcp")
		d.register(t, "host:1", "tcp")
		c := d.find(t)
		requireAnswer(t, c, "host:1")
		time.AfterFunc(10*time.Second, closed)
		time.AfterFunc(20*time.Second, func() {
			d.forget()
			d.open(t)
		})
		for start := time.Now(); time.Since(start) < time.Minute; time.Sleep(10 * time.Millisecond) {
			requireAnswer(t, c, "host:1")
		}
		d.requireCost(t, 1, 1)
	})
}

func TestAClosedClientMakesNoCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirectory(t)
		d.open(t)
		d.serve(t, "host:1", "tcp")
		d.register(t, "host:1", "tcp")
		c := d.find(t)
		requireAnswer(t, c, "host:1")
		call := c.Go(t.Context(), "Odd.Slow", time.Hour, new(bool))
		synctest.Wait()
		require.NoError(t, c.Close())
		require.ErrorIs(t, (<-call.Done).Err, rpc.ErrShutdown, "in progress")
		_, err := multiply(t.Context(), c)
		require.ErrorIs(t, err, rpc.ErrShutdown, "later")
		require.NoError(t, c.Close(), "twice")
		d.requireCost(t, 1, 1)
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
		require.Zero(t, time.Since(start))
	})
}

func TestCloseWaitsForADialThatSucceedsAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDirectory(t)
		d.open(t)
		d.serve(t, "host:1", "tcp")
		d.register(t, "host:1", "tcp")
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
		d := newDirectory(t)
		d.open(t)
		d.serve(t, "host:1", "tcp")
		d.register(t, "host:1", "tcp")
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
