package grpcarith_test

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
)

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

func TestReflectionListsTheServices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, new(arith.Arith))
		stream := w.reflection(a)
		require.NoError(t, stream.Send(&grpc_reflection_v1.ServerReflectionRequest{
			MessageRequest: &grpc_reflection_v1.ServerReflectionRequest_ListServices{},
		}))
		answer, err := stream.Recv()
		require.NoError(t, err)
		require.NoError(t, stream.CloseSend())
		var names []string
		for _, service := range answer.GetListServicesResponse().Service {
			names = append(names, service.Name)
		}
		require.Subset(t, names, []string{"workshop.arith.v1.Arith", "grpc.health.v1.Health"})
	})
}

// reflection returns a stream to the reflection service at addr, in progress.
func (w *world) reflection(addr string) grpc_reflection_v1.ServerReflection_ServerReflectionInfoClient {
	w.t.Helper()
	stream, err := grpc_reflection_v1.NewServerReflectionClient(w.plain(addr)).ServerReflectionInfo(w.t.Context())
	require.NoError(w.t, err)
	synctest.Wait()
	return stream
}

const (
	preface  = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	settings = "\x00\x00\x00\x04\x00\x00\x00\x00\x00" // an empty frame of them
)

// lasts returns how long conn stays open if nobody says more than hello.
func lasts(t *testing.T, conn net.Conn, hello string) time.Duration {
	t.Helper()
	defer conn.Close()
	start := time.Now()
	require.NoError(t, conn.SetDeadline(start.Add(time.Hour)))
	go io.WriteString(conn, hello)
	io.Copy(io.Discard, conn)
	return time.Since(start)
}

func TestClientThatSaysNothingIsHungUpOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, new(arith.Arith))
		for hello, limit := range map[string]time.Duration{
			"":                 2 * time.Second,  // before it has said who it is
			preface + settings: 40 * time.Second, // without an answer to a ping
		} {
			conn, err := w.net.DialContext(t.Context(), "tcp", a)
			require.NoError(t, err)
			require.InDelta(t, limit.Seconds(), lasts(t, conn, hello).Seconds(), 1)
		}
	})
}

func TestPingsOfAClientAreWelcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, new(arith.Arith))
		c := w.to(a)
		require.NoError(t, c.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int)))
		time.Sleep(25 * time.Minute) // a channel that nobody uses hangs up after 30
		require.NoError(t, c.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int)))
		require.Equal(t, 1, w.dialled(a))
	})
}

func TestRequestThatIsTooLargeFailsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, new(arith.Arith))
		c := arithpb.NewArithClient(w.plain(a))
		large := new(arithpb.Args)
		large.ProtoReflect().SetUnknown(protowire.AppendBytes(protowire.AppendTag(nil, 99, protowire.BytesType), make([]byte, 2<<20)))
		_, err := c.Sum(t.Context(), large)
		require.Equal(t, codes.ResourceExhausted, status.Code(err), "%v", err)
		_, err = c.Sum(t.Context(), new(arithpb.Args))
		require.NoError(t, err)
		require.Equal(t, 1, w.dialled(a))
	})
}

func TestMetadataThatIsTooLargeFailsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, new(arith.Arith))
		c := arithpb.NewArithClient(w.plain(a))
		for size, want := range map[int]codes.Code{8 << 10: codes.OK, 17 << 10: codes.Internal, 8 << 20: codes.Internal} {
			_, err := c.Sum(t.Context(), new(arithpb.Args)) // after which the client knows the limit
			require.NoError(t, err)
			_, err = c.Sum(metadata.AppendToOutgoingContext(t.Context(), "x", strings.Repeat("x", size)), new(arithpb.Args))
			require.Equal(t, want, status.Code(err), "%d bytes: %v", size, err)
		}
		require.Equal(t, 1, w.dialled(a))
	})
}

func TestCallsOfOneConnectionAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, &arith.Arith{Delay: time.Second})
		c := arithpb.NewArithClient(w.plain(a)) // which dials no other connection
		start := time.Now()
		var calls errgroup.Group
		for range 1025 {
			calls.Go(func() error {
				_, err := c.Sum(t.Context(), new(arithpb.Args))
				return err
			})
		}
		require.NoError(t, calls.Wait())
		require.Equal(t, 2*time.Second, time.Since(start), "the last one waited for another to end")
	})
}
