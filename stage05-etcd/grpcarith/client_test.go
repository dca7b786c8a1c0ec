package grpcarith_test

import (
	"context"
	"net"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
	"example.com/workshop/stage05-etcd/grpcresolver"
)

func TestCallsAnswerAsOverNetRPC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, new(arith.Arith))
		c := w.to(a)
		args := arith.Args{A: -7, B: 2}

		var product, sum int
		var quo arith.Quotient
		require.NoError(t, c.Call(t.Context(), "Arith.Multiply", args, &product))
		require.NoError(t, c.Call(t.Context(), "Arith.Sum", args, &sum))
		require.NoError(t, c.Call(t.Context(), "Arith.Divide", args, &quo))
		require.Equal(t, -14, product)
		require.Equal(t, -5, sum)
		require.Empty(t, cmp.Diff(quo, arith.Quotient{Quo: -3, Rem: -1}))

		call := <-c.Go(t.Context(), "Arith.Sum", args, &sum).Done
		require.NoError(t, call.Err)
		require.Equal(t, a, call.Addr)
		require.Zero(t, call.Retries)
	})
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
		w.list(a, 5) // another weight, to which one call after another goes
		require.Equal(t, []string{a}, w.answering(c))
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
		w.serve(a, &arith.Arith{Delay: 150 * time.Millisecond}) // which is not late
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

func TestServerThatAnswersNoPingIsHungUpOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		l, err := w.net.Listen(a)
		require.NoError(t, err)
		w.to(a) // connects though nobody calls
		conn, err := l.Accept()
		require.NoError(t, err)
		require.NoError(t, l.Close())
		require.InDelta(t, 13, lasts(t, conn, settings).Seconds(), 1)
	})
}

func TestAnAddressThatNobodyServedForLongIsDialledAgainSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		to := w.to(a)
		time.Sleep(10 * time.Minute)
		w.serve(a, new(arith.Arith))
		time.Sleep(2500 * time.Millisecond) // longer than the longest pause
		require.NoError(t, to.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int)))
	})
}

func TestCallerThatGivesUpIsToldSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, &arith.Arith{Delay: 10 * time.Second})
		ctx, cancel := context.WithCancel(t.Context())
		call := w.to(a).Go(ctx, "Arith.Sum", arith.Args{}, new(int))
		synctest.Wait()
		cancel()
		require.ErrorIs(t, (<-call.Done).Err, context.Canceled)
	})
}

func TestClosedClientSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, new(arith.Arith))
		c := w.to(a)
		require.NoError(t, c.Close())
		require.ErrorIs(t, c.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int)), rpc.ErrShutdown)
	})
}
