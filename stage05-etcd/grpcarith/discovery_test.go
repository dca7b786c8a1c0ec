package grpcarith_test

import (
	"context"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/grpcarith"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
	"example.com/workshop/stage05-etcd/grpcresolver"
)

// answering returns who answers when many calls are made, sorted.
func (w *world) answering(c *grpcarith.Client) (addrs []string) {
	w.t.Helper()
	synctest.Wait() // the latest list has arrived
	for range 12 {
		call := <-c.Go(w.t.Context(), "Arith.Sum", arith.Args{A: 1, B: 2}, new(int)).Done
		require.NoError(w.t, call.Err)
		if !slices.Contains(addrs, call.Addr) {
			addrs = append(addrs, call.Addr)
		}
		synctest.Wait() // every connection that is being made has been
	}
	slices.Sort(addrs)
	return addrs
}

func TestCallsFollowTheRegistryAndConnectionsStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, new(arith.Arith))
		w.serve(b, new(arith.Arith))
		w.list(a, 1)
		c := w.client()
		require.Equal(t, []string{a}, w.answering(c))
		w.list(b, 1) // joins
		require.Equal(t, []string{a, b}, w.answering(c))
		w.list(a, 5) // another weight
		require.Equal(t, []string{a, b}, w.answering(c))
		w.unlist(b) // leaves
		require.Equal(t, []string{a}, w.answering(c))
		w.list(b, 0) // is back, but wants no calls
		require.Equal(t, []string{a}, w.answering(c))
		require.Equal(t, 1, w.dialled(a), "a was listed all the time: one connection serves")
		require.Equal(t, 1, w.dialled(b))
	})
}

func TestInstanceThatLeavesTheListFinishesItsCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, &arith.Arith{Delay: time.Second})
		w.serve(b, new(arith.Arith))
		w.list(a, 1)
		c := w.client()
		var sum int
		call := c.Go(t.Context(), "Arith.Sum", arith.Args{A: 1, B: 2}, &sum)
		synctest.Wait()
		w.list(b, 1)
		w.unlist(a)
		require.Equal(t, []string{b}, w.answering(c))
		require.NoError(t, (<-call.Done).Err)
		require.Equal(t, 3, sum)
		require.Equal(t, a, call.Addr)
	})
}

func TestKnownEmptyListFailsCallsAtOnceUnlessTheyWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, new(arith.Arith))
		w.list(a, 1)
		c := w.client()
		require.Equal(t, []string{a}, w.answering(c))
		w.list(a, 0) // which is a goodbye
		synctest.Wait()
		w.unlist(a)
		synctest.Wait()
		start := time.Now()
		require.ErrorIs(t, c.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int)), client.ErrNoInstances)
		require.Less(t, time.Since(start), time.Second, "time for retries alone")

		patient := arithpb.NewArithClient(w.channel())
		answered := make(chan error, 1)
		go func() {
			_, err := patient.Sum(t.Context(), new(arithpb.Args), grpc.WaitForReady(true))
			answered <- err
		}()
		synctest.Wait()
		require.Empty(t, answered)
		w.list(a, 1)
		require.NoError(t, <-answered)
	})
}

func TestServerThatDiesCostsNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		_, die := w.serve(a, new(arith.Arith))
		w.serve(b, new(arith.Arith))
		w.list(a, 1)
		w.list(b, 1)
		c := w.client()
		require.Equal(t, []string{a, b}, w.answering(c))
		die() // and stays listed
		for range 20 {
			call := <-c.Go(t.Context(), "Arith.Sum", arith.Args{}, new(int)).Done
			require.NoError(t, call.Err)
			require.Equal(t, b, call.Addr)
		}
	})
}

// channel returns a channel that follows Arith, as generated code needs it.
func (w *world) channel() *grpc.ClientConn {
	w.t.Helper()
	options := append(grpcresolver.DialOptions("registry", w.store, grpcresolver.Options{}),
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithContextDialer(func(ctx context.Context, addr string) (net.Conn, error) { return w.dial(ctx, "tcp", addr) }))
	conn, err := grpc.NewClient("registry:///Arith", options...)
	require.NoError(w.t, err)
	w.t.Cleanup(func() { conn.Close() })
	return conn
}
