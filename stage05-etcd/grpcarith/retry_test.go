package grpcarith_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
)

// moody answers UNAVAILABLE to as many calls as it is told to.
type moody struct {
	arithpb.UnimplementedArithServer
	calls, refuses atomic.Int64
}

func (m *moody) Sum(context.Context, *arithpb.Args) (*arithpb.Number, error) {
	if m.calls.Add(1) <= m.refuses.Load() {
		return nil, status.Error(codes.Unavailable, "not now")
	}
	return new(arithpb.Number), nil
}

func (w *world) serveMoody(addr string, refuses int64) *moody {
	w.t.Helper()
	l, err := w.net.Listen(addr)
	require.NoError(w.t, err)
	m := new(moody)
	m.refuses.Store(refuses)
	srv := grpc.NewServer()
	arithpb.RegisterArithServer(srv, m)
	healthy := health.NewServer()
	healthy.SetServingStatus(arithpb.Arith_ServiceDesc.ServiceName, grpc_health_v1.HealthCheckResponse_SERVING)
	grpc_health_v1.RegisterHealthServer(srv, healthy)
	done := make(chan struct{})
	go func() { defer close(done); srv.Serve(l) }()
	w.t.Cleanup(func() { srv.Stop(); <-done })
	return m
}

func TestCallIsTriedThreeTimesAndThatIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for refuses, want := range []error{nil, nil, nil, errors.New("refused three times")} {
			w := newWorld(t)
			w.serveMoody(a, int64(refuses))
			call := <-w.to(a).Go(t.Context(), "Arith.Sum", arith.Args{}, new(int)).Done
			require.Equal(t, want == nil, call.Err == nil, "%v", call.Err)
			require.Equal(t, min(refuses, 2), call.Retries)
			require.Equal(t, a, call.Addr)
		}
	})
}

func TestRetriesStopWhenHardlyAnythingSucceeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		m := w.serveMoody(a, 1<<60)
		c := w.to(a)
		for range 500 {
			require.Error(t, c.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int)))
		}
		require.LessOrEqual(t, m.calls.Load(), int64(500+50), "a storm of retries")
		m.refuses.Store(0)
		for range 600 { // which fill the budget again
			require.NoError(t, c.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int)))
		}
		m.refuses.Store(m.calls.Load() + 1)
		require.NoError(t, c.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int)))
	})
}

func TestErrorSaysWhetherAServerMayHaveSeenTheCall(t *testing.T) {
	for name, sent := range map[string]bool{"nobody listens": false, "no answer": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				if sent {
					w.serve(a, &arith.Arith{Delay: 10 * time.Second})
				}
				err := w.to(a).Call(t.Context(), "Arith.Sum", arith.Args{}, new(int))
				failed, ok := errors.AsType[*client.CallError](err)
				require.True(t, ok, "%v", err)
				require.Equal(t, sent, failed.Sent)
			})
		})
	}
}
