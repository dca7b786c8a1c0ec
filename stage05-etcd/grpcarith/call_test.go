package grpcarith_test

import (
	"context"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/load"
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

func TestErrorOfTheMethodIsAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, new(arith.Arith))
		c, untouched := w.to(a), arith.Quotient{Quo: 1}
		quo := untouched
		err := c.Call(t.Context(), "Arith.Divide", arith.Args{A: 1}, &quo)
		require.EqualError(t, err, "Arith.Divide on "+a+": divide by zero")
		require.Equal(t, client.Refused, client.OutcomeOf(err))
		require.Equal(t, untouched, quo)
		require.NoError(t, c.Call(t.Context(), "Arith.Divide", arith.Args{A: 1, B: 1}, &quo), "the connection is as good as before")

		require.ErrorContains(t, c.Call(t.Context(), "Arith.Power", arith.Args{}, new(int)), "no method Arith.Power")
		require.ErrorContains(t, c.Call(t.Context(), "Arith.Divide", arith.Args{}, new(int)), "no method Arith.Divide with a reply of *int")
		require.ErrorContains(t, c.Call(t.Context(), "Arith.Sum", 7, new(int)), "the arguments are int, not arith.Args")
	})
}

func TestPanicIsAnErrorForItsCallerAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, nil) // its methods dereference nil
		c := w.to(a)
		for range 2 {
			err := c.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int))
			require.ErrorContains(t, err, "panicked")
			require.Equal(t, client.Refused, client.OutcomeOf(err))
		}
		require.Equal(t, 1, w.dialled(a))
	})
}

func TestLoadSortsTheErrors(t *testing.T) {
	for kind, c := range map[string]struct {
		prepare func(w *world)
		want    string
		is      error
	}{
		"unreachable": {func(w *world) { w.list(a, 1) }, "Arith.Multiply on registry:///Arith: dial mem " + a + ": connection refused", nil},
		"other":       {func(*world) {}, "Arith.Multiply on registry:///Arith: no instances", client.ErrNoInstances},
		"timeout": {func(w *world) {
			w.list(a, 1)
			w.serve(a, &arith.Arith{Delay: time.Minute})
		}, "Arith.Multiply on " + a + ": context deadline exceeded", context.DeadlineExceeded},
		"refused": {func(w *world) {
			w.list(a, 1)
			w.serve(a, nil)
		}, "Arith.Multiply on " + a + ": /workshop.arith.v1.Arith/Multiply panicked: runtime error: invalid memory address or nil pointer dereference", nil},
		"broken": {func(w *world) {
			w.list(a, 1)
			w.serve(a, &arith.Arith{Delay: 30 * time.Second})
			w.cut = time.Second
		}, "Arith.Multiply on " + a + ": unexpected EOF: ", nil},
	} {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				c.prepare(w)
				to := w.client()
				call := func(ctx context.Context) load.Result {
					call := <-to.Go(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int)).Done
					require.ErrorContains(t, call.Err, c.want)
					require.NotContains(t, call.Err.Error(), "\n")
					if c.is != nil {
						require.ErrorIs(t, call.Err, c.is)
					}
					return load.Result{Server: call.Addr, Retries: call.Retries, Err: call.Err}
				}
				load.Run(t.Context(), load.Options{Rate: 1, For: time.Second}, call, func(r load.Report) {
					require.Equal(t, 1, r.Errors[kind], "%v", r)
				})
				time.Sleep(time.Minute) // until the methods have ended
			})
		})
	}
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
