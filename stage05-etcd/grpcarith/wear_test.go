package grpcarith_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
)

// TestAServerThatHangsUpAtOnceIsNotDialledWithoutEnd in a minute in which each connection
// lasts a millisecond.
func TestAServerThatHangsUpAtOnceIsNotDialledWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.cut = time.Millisecond
		w.serve(a, new(arith.Arith))
		w.list(a, 1)
		to := w.client()
		time.Sleep(time.Minute)
		require.Less(t, w.dialled(a), 60)
		require.Greater(t, w.dialled(a), 20, "it may be well again")
		start := time.Now()
		require.NoError(t, to.Close())
		require.Less(t, time.Since(start), 50*time.Millisecond, "the pause ends with the channel")
	})
}

// flapping is a health service that ends each watch until it is calm, and counts them.
type flapping struct {
	grpc_health_v1.UnimplementedHealthServer
	watches, open atomic.Int64
	calm          atomic.Bool
}

func (f *flapping) Watch(_ *grpc_health_v1.HealthCheckRequest, s grpc.ServerStreamingServer[grpc_health_v1.HealthCheckResponse]) error {
	f.watches.Add(1)
	if f.calm.Load() {
		f.open.Add(1)
		<-s.Context().Done()
		return nil
	}
	time.Sleep(time.Millisecond)
	return s.Send(&grpc_health_v1.HealthCheckResponse{Status: grpc_health_v1.HealthCheckResponse_SERVING})
}

func TestAServerWhoseHealthChangesAllTheTimeIsNotWatchedWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var health flapping
		w.serveOther(a, func(srv *grpc.Server) { grpc_health_v1.RegisterHealthServer(srv, &health) })
		w.serve(b, new(arith.Arith))
		w.list(a, 1)
		w.list(b, 1)
		to := w.client()
		time.Sleep(time.Minute)
		require.Less(t, health.watches.Load(), int64(1000))
		health.calm.Store(true)
		time.Sleep(2500 * time.Millisecond) // longer than the longest pause
		require.EqualValues(t, 1, health.open.Load(), "its health is watched again")
		for range 100 {
			require.NoError(t, to.Call(deadline(t, time.Second), "Arith.Sum", arith.Args{A: 1, B: 2}, new(int)))
		}
	})
}

// talker sends metadata of 100 KiB before its reply.
type talker struct {
	arithpb.UnimplementedArithServer
}

func (talker) Sum(ctx context.Context, in *arithpb.Args) (*arithpb.Number, error) {
	grpc.SetHeader(ctx, metadata.Pairs("talk", strings.Repeat("x", 100<<10)))
	return &arithpb.Number{Value: in.A + in.B}, nil
}

func TestAServerCannotSendMetadataWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serveOther(a, func(srv *grpc.Server) { arithpb.RegisterArithServer(srv, talker{}) })
		w.list(a, 1)
		require.Error(t, w.client().Call(deadline(t, time.Second), "Arith.Sum", arith.Args{A: 1, B: 2}, new(int)))
	})
}
