package client_test

import (
	"context"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/arith"
	"example.com/workshop/stage03-heartbeat/client"
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
		d := newServing(t)
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
