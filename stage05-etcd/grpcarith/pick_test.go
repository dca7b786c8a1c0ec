package grpcarith_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
)

// among serves what is registered at a, beside two servers whose methods take so
// long, puts a load on the three, and returns what became of the calls.
func among(t *testing.T, delay time.Duration, register func(*grpc.Server)) []*client.Call {
	t.Helper()
	w := newWorld(t)
	w.serveOther(a, register)
	w.list(a, 1)
	for _, addr := range []string{b, c} {
		w.serve(addr, &arith.Arith{Delay: delay})
		w.list(addr, 1)
	}
	to := w.client()
	synctest.Wait()
	return w.load(to, time.Second, time.Second)
}

// refuser is an Arith whose method returns an error at once, without a text.
type refuser struct {
	arithpb.UnimplementedArithServer
	code codes.Code
}

func (r refuser) Sum(context.Context, *arithpb.Args) (*arithpb.Number, error) {
	return nil, status.Error(r.code, "")
}

func TestWhoFailsAtOnceIsNoQuickServerOverGRPC(t *testing.T) {
	for name, tt := range map[string]struct {
		code          codes.Code
		atLeast, most int // calls of 400
	}{
		"an error of the method is an answer": {codes.InvalidArgument, 80, 190},
		"a panic is a failure of the server":  {codes.Internal, 1, 60}, // before the others are known
		"and so is a call that it cancels":    {codes.Canceled, 1, 60},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				failed := 0
				for _, call := range among(t, 20*time.Millisecond, func(srv *grpc.Server) { arithpb.RegisterArithServer(srv, refuser{code: tt.code}) }) {
					if call.Err != nil {
						require.Zero(t, call.Retries, "what is an answer is not made again")
						failed++
					}
				}
				t.Log(failed)
				require.GreaterOrEqual(t, failed, tt.atLeast)
				require.LessOrEqual(t, failed, tt.most, "trap B4")
			})
		})
	}
}

func TestAMisdirectedCallGoesElsewhereOverGRPC(t *testing.T) {
	for name, register := range map[string]func(*grpc.Server){
		"a stranger":            func(*grpc.Server) {},
		"one that is not ready": func(srv *grpc.Server) { arithpb.RegisterArithServer(srv, refuser{code: codes.Unavailable}) },
		"another version":       func(srv *grpc.Server) { arithpb.RegisterArithServer(srv, arithpb.UnimplementedArithServer{}) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				retried := 0
				for n, call := range among(t, time.Millisecond, register) {
					require.NoError(t, call.Err, "trap F3: call %d", n)
					require.NotEqual(t, a, call.Addr)
					retried += call.Retries
				}
				require.NotZero(t, retried)
				if name != "another version" {
					require.Less(t, retried, 60, "it is avoided")
				}
			})
		})
	}
}

func TestARetryGoesToAServerThatTheCallHasNotBeenTriedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		moody := []*moody{w.serveMoody(a, 1<<60), w.serveMoody(b, 1<<60), w.serveMoody(c, 1<<60)}
		for _, addr := range []string{a, b, c} {
			w.list(addr, 1)
		}
		to := w.client()
		synctest.Wait()
		for n := range int64(10) {
			require.Error(t, to.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int)))
			for _, m := range moody {
				require.Equal(t, n+1, m.calls.Load())
			}
		}
	})
}

func TestARetryGoesElsewhereWhileAServerIsAvoided(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, new(arith.Arith))
		moody := []*moody{w.serveMoody(b, 0), w.serveMoody(c, 0)}
		for _, addr := range []string{a, b, c} {
			w.list(addr, 1)
		}
		to := w.client()
		synctest.Wait()
		w.wires.cutOff(a)
		w.refuse(a)
		w.load(to, time.Second, time.Second) // one call waits for a
		for _, m := range moody {
			m.refuses.Store(1 << 60)
		}
		for range 12 { // after more failures gRPC retries no call
			before := []int64{moody[0].calls.Load(), moody[1].calls.Load()}
			require.Error(t, to.Call(deadline(t, time.Second), "Arith.Sum", arith.Args{}, new(int)))
			for i, m := range moody {
				require.Greater(t, m.calls.Load(), before[i])
			}
		}
	})
}
