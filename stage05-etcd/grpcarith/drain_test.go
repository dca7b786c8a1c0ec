package grpcarith_test

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"example.com/workshop/stage05-etcd/arith"
)

// plain returns a channel as a client of another make would have it.
func (w *world) plain(addr string) *grpc.ClientConn {
	w.t.Helper()
	conn, err := grpc.NewClient("passthrough:///"+addr,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, addr string) (net.Conn, error) { return w.dial(ctx, "tcp", addr) }))
	require.NoError(w.t, err)
	w.t.Cleanup(func() { conn.Close() })
	return conn
}

func TestDrainSaysNotServingAndCallsInProgressEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		srv, stop := w.serve(a, &arith.Arith{Delay: 10 * time.Second})
		health := grpc_health_v1.NewHealthClient(w.plain(a))
		for _, service := range []string{"", "workshop.arith.v1.Arith"} {
			watch, err := health.Watch(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: service})
			require.NoError(t, err)
			state, err := watch.Recv()
			require.NoError(t, err)
			require.Equal(t, grpc_health_v1.HealthCheckResponse_SERVING, state.Status)
			defer func() {
				state, err := watch.Recv()
				require.NoError(t, err)
				require.Equal(t, grpc_health_v1.HealthCheckResponse_NOT_SERVING, state.Status)
			}()
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var product int
		call := w.to(a).Go(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, &product)
		synctest.Wait() // it is in progress

		srv.Drain()
		synctest.Wait() // the watches have been told
		start := time.Now()
		stop()
		require.Equal(t, 10*time.Second, time.Since(start), "Shutdown waits for the call, and not for the watches")
		require.NoError(t, (<-call.Done).Err)
		require.Equal(t, 56, product)
	})
}

func TestShutdownIsBoundedByItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		srv, _ := w.serve(a, new(arith.Arith))
		endless := w.reflection(a)

		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, srv.Shutdown(ctx), context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(start))
		_, err := endless.Recv()
		require.Equal(t, codes.Unavailable, status.Code(err), "%v", err)
	})
}

func TestClientsAvoidAServerThatDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		draining, _ := w.serve(a, new(arith.Arith))
		w.serve(b, new(arith.Arith))
		w.list(a, 1)
		w.list(b, 1)
		c := w.client()
		require.Len(t, w.answering(c), 2)
		draining.Drain()
		synctest.Wait()
		require.Equal(t, []string{b}, w.answering(c))
	})
}
