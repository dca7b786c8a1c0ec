package grpcarith_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
)

// half begins a request that never gets whole, and returns how that ends.
func half(t *testing.T, conn *grpc.ClientConn, method string) <-chan error {
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true}, method)
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- stream.RecvMsg(new(arithpb.Number)) }()
	synctest.Wait()
	return ended
}

func TestARequestThatIsNotWholeInTimeIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		srv, _ := w.serve(a, &arith.Arith{Delay: time.Minute})
		conn := w.plain(a)
		watch, err := grpc_health_v1.NewHealthClient(conn).Watch(t.Context(), &grpc_health_v1.HealthCheckRequest{})
		require.NoError(t, err)
		_, err = watch.Recv()
		require.NoError(t, err)

		began := time.Now()
		for _, method := range []string{arithpb.Arith_Multiply_FullMethodName, grpc_health_v1.Health_Watch_FullMethodName} {
			require.Equal(t, codes.Canceled, status.Code(<-half(t, conn, method)), method)
		}
		require.Equal(t, 20*time.Second, time.Since(began), "10 s for each")
		product, err := arithpb.NewArithClient(conn).Multiply(t.Context(), &arithpb.Args{A: 7, B: 8})
		require.NoError(t, err, "a method may take longer")
		require.EqualValues(t, 56, product.Value)
		srv.Drain()
		_, err = watch.Recv()
		require.NoError(t, err, "and a watch may last")
	})
}

func TestWhenManyRequestsAreNotWholeEachMustBeSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.MaxBegun = 1
		w.serve(a, new(arith.Arith))
		first := half(t, w.plain(a), arithpb.Arith_Multiply_FullMethodName)
		began := time.Now()
		for range 2 {
			require.Error(t, <-half(t, w.plain(a), arithpb.Arith_Multiply_FullMethodName))
		}
		require.Equal(t, 200*time.Millisecond, time.Since(began), "a tenth of a second for each")
		require.Error(t, <-first)
		require.Equal(t, 10*time.Second, time.Since(began))
		synctest.Wait() // until the server has counted its end, of which the client learns first
		<-half(t, w.plain(a), arithpb.Arith_Multiply_FullMethodName)
		require.Equal(t, 20*time.Second, time.Since(began), "there is room again")
	})
}

func TestAPeerThatBeginsTooManyRequestsIsHungUpOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.MaxBegun = 100
		w.serve(a, new(arith.Arith))
		few := half(t, w.plain(a), arithpb.Arith_Multiply_FullMethodName)
		began := time.Now()
		conn := w.plain(a)
		var many []<-chan error
		for range 100 {
			many = append(many, half(t, conn, arithpb.Arith_Multiply_FullMethodName))
		}
		for _, ended := range many {
			require.Equal(t, codes.Unavailable, status.Code(<-ended))
		}
		require.Zero(t, time.Since(began))
		require.Error(t, <-few)
		require.Equal(t, 10*time.Second, time.Since(began), "the other peer has all its time")
		require.Contains(t, w.log.String(), "too many requests that are not whole")
	})
}
