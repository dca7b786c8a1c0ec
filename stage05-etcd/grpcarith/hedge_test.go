package grpcarith_test

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/grpcarith"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
)

// fleet lists a, b and so on, whose methods take so long each, and returns a client
// that is connected to all of them.
func (w *world) fleet(delays ...time.Duration) *grpcarith.Client {
	w.t.Helper()
	for i, addr := range []string{a, b, c}[:len(delays)] {
		w.serve(addr, &arith.Arith{Delay: delays[i]})
		w.list(addr, 1)
	}
	to := w.client()
	synctest.Wait()
	return to
}

// single serves a, whose methods take so long, and returns a client that is connected to
// that address and knows of no registry.
func (w *world) single(delay ...time.Duration) *grpcarith.Client {
	w.t.Helper()
	w.serve(a, &arith.Arith{Delay: delay[0]})
	to := w.to(a)
	synctest.Wait()
	return to
}

// load makes calls for d, 400 a second if w.pace says no other, each of which has timeout,
// and returns what became of them.
func (w *world) load(to *grpcarith.Client, d, timeout time.Duration) (calls []*client.Call) {
	w.t.Helper()
	for start := time.Now(); time.Since(start) < d; time.Sleep(w.pace) {
		ctx, cancel := context.WithTimeout(w.t.Context(), timeout)
		calls = append(calls, to.Go(ctx, "Arith.Sum", arith.Args{A: 1, B: 2}, new(int)))
		w.t.Cleanup(cancel)
	}
	for _, call := range calls {
		<-call.Done
	}
	return calls
}

const frozen = 30 * time.Second

// F2: also if the caller has less time than hedgeAfter.
func TestAFrozenServerCostsNoCallOverGRPC(t *testing.T) {
	for _, timeout := range []time.Duration{100 * time.Millisecond, 150 * time.Millisecond, time.Second, 5 * time.Second} {
		t.Run(timeout.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				calls, hedges := w.load(w.fleet(frozen, time.Millisecond, time.Millisecond), time.Second, timeout), 0
				for n, call := range calls {
					require.NoError(t, call.Err, "trap F2: call %d of %d", n, len(calls))
					require.Equal(t, 3, *call.Reply.(*int))
					require.NotEqual(t, a, call.Addr)
					hedges += call.Retries
				}
				t.Log(hedges, "hedges of", len(calls))
				require.NotZero(t, hedges)
				require.LessOrEqual(t, hedges, 4, "who does not answer gets no more calls")
			})
		})
	}
}

func TestAServerThatIsSlowGetsFewCallsOverGRPC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		slow := 0
		calls := w.load(w.fleet(190*time.Millisecond, time.Millisecond, time.Millisecond), time.Second, time.Second)
		for _, call := range calls {
			require.NoError(t, call.Err)
			if call.Addr == a {
				slow++
			}
		}
		require.NotZero(t, slow)
		require.Less(t, slow, len(calls)/20, "a third would be its share")
	})
}

func TestTheFirstAttemptStaysInTheRace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		delay := 100 * time.Millisecond // two thirds of the caller's time
		for _, call := range w.load(w.fleet(delay, delay, delay), 300*time.Millisecond, 150*time.Millisecond) {
			require.NoError(t, call.Err)
		}
		w.unlist(b)
		w.unlist(c)
		synctest.Wait()
		start := time.Now()
		call := <-w.client().Go(t.Context(), "Arith.Sum", arith.Args{A: 1, B: 2}, new(int)).Done
		require.NoError(t, call.Err)
		require.Equal(t, delay, time.Since(start))
	})
}

func TestHedgingHasABudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		calls, attempts := w.load(w.fleet(frozen, frozen, frozen), time.Second, 500*time.Millisecond), 0
		for _, call := range calls {
			require.ErrorIs(t, call.Err, context.DeadlineExceeded)
			attempts += 1 + call.Retries
		}
		require.LessOrEqual(t, attempts, len(calls)+len(calls)/5+10)
		require.Greater(t, attempts, len(calls)+10)
	})
}

func TestAHedgedCallIsOfTheServerThatAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		to := w.fleet(300*time.Millisecond, frozen)
		for range 4 { // the budget pays for two hedges of each
			call := <-to.Go(t.Context(), "Arith.Sum", arith.Args{A: 1, B: 2}, new(int)).Done
			require.NoError(t, call.Err)
			require.Equal(t, a, call.Addr)
			require.NotZero(t, call.Retries)
		}
	})
}

// trap N2, which the race detector sees.
func TestALateReplyOfAHedgedCallReachesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		to := w.fleet(300*time.Millisecond, 300*time.Millisecond, 300*time.Millisecond)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		sum := 0
		start := time.Now()
		call := <-to.Go(ctx, "Arith.Sum", arith.Args{A: 1, B: 2}, &sum).Done
		require.NoError(t, call.Err)
		require.Equal(t, 300*time.Millisecond, time.Since(start), "the first attempt's answer")
		require.Equal(t, 1, call.Retries)
		sum = 7
		synctest.Wait()
		stacks := make([]byte, 1<<20)
		require.NotContains(t, string(stacks[:runtime.Stack(stacks, true)]), "(*hedger)", "nobody waits for the second attempt")
		time.Sleep(time.Second)
		require.Equal(t, 7, sum)
	})
}

func TestAnAttemptThatReachesNobodyLeavesTheOthersInTheRace(t *testing.T) {
	for _, code := range []codes.Code{codes.Unavailable, codes.Unimplemented} {
		synctest.Test(t, func(t *testing.T) {
			var attempts atomic.Int64
			invoke := func(ctx context.Context, _ string, _, reply any, _ *grpc.ClientConn, _ ...grpc.CallOption) error {
				if attempts.Add(1) > 1 {
					return status.Error(code, "nobody is there")
				}
				time.Sleep(time.Second)
				reply.(*arithpb.Number).Value = 7
				return nil
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			reply := new(arithpb.Number)
			require.NoError(t, grpcarith.Hedge(ctx, "/Arith/Sum", new(arithpb.Args), reply, nil, invoke))
			require.EqualValues(t, 7, reply.Value)
			require.EqualValues(t, 3, attempts.Load())
		})
	}
}

func TestACallerThatGivesUpEndsItsAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		to := w.fleet(frozen, frozen, frozen)
		ctx, cancel := context.WithCancel(t.Context())
		call := to.Go(ctx, "Arith.Sum", arith.Args{}, new(int))
		time.Sleep(300 * time.Millisecond) // two are in progress
		start := time.Now()
		cancel()
		require.ErrorIs(t, (<-call.Done).Err, context.Canceled)
		require.Zero(t, time.Since(start))
		require.Equal(t, 1, call.Retries)
	})
}
